import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { stage } from './stage.js';
import { TARGETS, targetNamed } from './targets.js';

/*
 * npm run package [-- --target linux-arm64] [--out FOLDER]: a package for VS Code, by default for this machine.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string', default: root } } });
const name = values.target ?? `${process.platform}-${process.arch}`;
const target = targetNamed(name);
if (!target) {
  process.stderr.write(`There is no package for ${name}; there are ${TARGETS.map((known) => known.name).join(', ')}\n`);
  process.exit(2);
}

// vsce counts files and advises to bundle them: the editor does load a single one; the others are for processes that load
// what they need, when they need it.
const { warn } = console;
console.warn = (...texts: unknown[]) => {
  if (!texts.join(' ').includes('you should bundle your extension')) warn(...texts);
};

const folder = await mkdtemp(join(tmpdir(), 'lookalike-package-'));
try {
  await stage(root, folder, target);
  const packagePath = join(values.out, `lookalike-${target.name}.vsix`);
  await createVSIX({
    cwd: folder,
    packagePath,
    target: target.name,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  const { size } = await stat(packagePath);
  process.stdout.write(`${packagePath} (${(size / 2 ** 20).toFixed(1)} MB)\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
