import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const dist = join(import.meta.dirname, '../../dist');

/** The installed packages whose sources the maps of the built bundles name. */
function bundledPackages(): string[] {
  const maps = readdirSync(dist).filter((file) => file.endsWith('.map'));
  const sources = maps.flatMap((file): string[] => JSON.parse(readFileSync(join(dist, file), 'utf8')).sources);
  const installed = sources.filter((source) => existsSync(resolve(dist, source)));
  const names = installed.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
  return [...new Set(names)].sort();
}

describe('The notices of a package', () => {
  it('name every library that is in a bundle, and the natives beside them', () => {
    const text = readFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    const packages = bundledPackages();
    assert.ok(packages.includes('zod') && packages.includes('yaml'), packages.join(', '));
    const missing = packages.filter((name) => !text.split('\n').some((line) => line.startsWith(`${name} `)));
    assert.deepEqual(missing, []);
    for (const name of ['onnxruntime-node', 'sharp']) assert.match(text, new RegExp(`^${name} \\d`, 'm'));
  });

  it('pass licences on', () => {
    const text = readFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const words of ['Permission is hereby granted, free of charge', 'Apache License', 'Redistribution and use']) {
      assert.ok(text.includes(words), words);
    }
  });

  it('are in the package', () => {
    assert.match(readFileSync(join(dist, '../.vscodeignore'), 'utf8'), /^!dist\/THIRD-PARTY-NOTICES\.txt$/m);
  });
});
