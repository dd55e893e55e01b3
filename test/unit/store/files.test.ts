import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FILES = new URL('../../../server/src/store/files.ts', import.meta.url);

/** Ends itself while it writes, and says what was there then. */
const ENDS = `
  import { readdirSync } from 'node:fs';
  import { writeAtomically } from '${FILES}';
  const [folder] = process.argv.slice(1);
  void writeAtomically(folder + '/graph.onnx', ...Array(200).fill(Buffer.alloc(2 ** 20)));
  const look = () => {
    const [name] = readdirSync(folder);
    if (name === undefined) setImmediate(look);
    else process.stdout.write(name, () => process.exit(1));
  };
  look();
`;

describe('Writing a file whole or not at all', () => {
  it('leaves nothing of it where its process ends meanwhile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lookalike-files-'));
    const args = ['--import', 'tsx', '--input-type=module', '-e', ENDS, folder];
    const ended = await promisify(execFile)(process.execPath, args).catch((error) => error);
    assert.match(ended.stdout, /^graph\.onnx\.\w+\.tmp$/, ended.stderr);
    assert.equal(ended.code, 1);
    assert.deepEqual(await readdir(folder), []);
    await rm(folder, { recursive: true });
  });
});
