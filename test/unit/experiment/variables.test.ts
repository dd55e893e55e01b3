import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expandPath } from '../../../server/src/experiment/variables.js';

const FOLDER = resolve('/home/ana/experiments');
const WHERE = {
  file: join(FOLDER, 'lfw.experiment.yaml'),
  workspaceFolder: resolve('/home/ana'),
  env: { FACES: resolve('/data/faces'), NAME: 'lfw', EMPTY: '', HOMELY: '~/faces' },
};

function expanded(written: string, where = WHERE): string {
  const path = expandPath(written, where);
  assert.ok('path' in path, `${JSON.stringify(path)}`);
  return path.path;
}

describe('A path in an experiment file', () => {
  it('is relative to the file', () => {
    assert.equal(expanded('lfw'), join(FOLDER, 'lfw'));
    assert.equal(expanded('../data'), resolve('/home/ana/data'));
    assert.equal(expanded(resolve('/data/lfw')), resolve('/data/lfw'));
  });

  it('may begin at home', () => {
    assert.equal(expanded('~'), homedir());
    assert.equal(expanded('~/data/lfw'), join(homedir(), 'data/lfw'));
    assert.equal(expanded(`\${env:HOMELY}`), join(homedir(), 'faces'));
  });

  it('takes a tilde that is not at its beginning for a letter', () => {
    assert.equal(expanded('~ana'), join(FOLDER, '~ana'));
    assert.equal(expanded('faces~1'), join(FOLDER, 'faces~1'));
  });

  it('may name environment variables', () => {
    assert.equal(expanded(`\${env:FACES}/\${env:NAME}`), resolve('/data/faces/lfw'));
  });

  it('may name the workspace, which is the file’s folder where there is none', () => {
    assert.equal(expanded(`\${workspaceFolder}/data`), resolve('/home/ana/data'));
    assert.deepEqual(expandPath(`\${workspaceFolder}/data`, { file: WHERE.file }), { path: join(FOLDER, 'data') });
  });

  it('says which variable is not set; an empty one is not', () => {
    assert.deepEqual(expandPath(`\${env:NAME}/\${env:NOWHERE}`, WHERE), { unset: 'NOWHERE' });
    assert.deepEqual(expandPath(`\${env:EMPTY}/lfw`, WHERE), { unset: 'EMPTY' });
    assert.deepEqual(expandPath(`\${env:FACES}`, { file: WHERE.file }), { unset: 'FACES' });
  });

  it('keeps what is no variable as it is written', () => {
    for (const written of ['$FACES', `\${FACES}`, `\${env:}`, `\${env:FACES`]) {
      assert.equal(expanded(written), join(FOLDER, written));
    }
  });

  it('does not expand what a variable holds a second time', () => {
    const env = { OUTER: `\${env:INNER}`, INNER: 'inner' };
    assert.equal(expanded(`\${env:OUTER}`, { ...WHERE, env: env as never }), join(FOLDER, `\${env:INNER}`));
  });
});
