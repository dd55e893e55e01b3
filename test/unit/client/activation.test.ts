import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('the activation of the extension', () => {
  it('loads neither the language client nor the schema library: they come when there is something to say', async () => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: ['client/src/extension.ts'],
      external: ['vscode'],
      ...{
        bundle: true,
        splitting: true,
        format: 'esm',
        platform: 'node',
        write: false,
        metafile: true,
        outdir: 'out',
      },
    });
    const packages = new Set(loadedAtOnce(metafile, 'out/extension.js').flatMap((file) => packageOf(file) ?? []));
    assert.deepEqual([...packages], []);
    assert.ok(Object.keys(metafile.inputs).some((file) => packageOf(file) === 'vscode-languageclient'));
  });
});

/** The source files of an output and of those that it imports by statements. */
function loadedAtOnce({ outputs }: Metafile, output: string, seen = new Set<string>()): string[] {
  if (seen.has(output)) return [];
  seen.add(output);
  const { inputs, imports } = outputs[output];
  const statements = imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
  return [
    ...Object.keys(inputs),
    ...statements.flatMap(({ path }) => loadedAtOnce({ outputs } as Metafile, path, seen)),
  ];
}

function packageOf(file: string): string | undefined {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}
