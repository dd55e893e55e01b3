import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../../scripts/peers/cache-folder.js';
import { makeEnvironment } from '../../../scripts/peers/python.js';
import { freePorts } from '../../support/free-ports.js';
import { peakMemoryOf } from '../../support/served.js';
import { note } from '../measure.js';

const SCRIPT = fileURLToPath(new URL('./clip_retrieval_back.py', import.meta.url));
const VERSION = '2.45.0';
const FOLDER = join(cacheFolder(), 'peers-clip-retrieval');
/** What its server imports, at the newest that it allows; and, without all else that it asks for, itself. */
const PACKAGES = [
  'faiss-cpu==1.15.1',
  'fire==0.5.0',
  'flask==3.1.3',
  'flask-cors==4.0.2',
  'flask-restful==0.3.10',
  'fsspec==2026.9.0',
  'h5py==3.16.0',
  'numpy==1.26.4',
  'pandas==2.3.3',
  'pillow==13.0.0',
  'prometheus-client==0.26.0',
  'pyarrow==15.0.2',
  'setuptools==65.5.0',
  'tqdm==4.70.1',
];
const ITSELF = ['--no-deps', `clip-retrieval==${VERSION}`];
/** Between two looks at whether it answers. */
const LOOK_MS = 100;

/** A Python that has clip-retrieval's server; undefined where PyPI is not reached. */
export function pythonWithClipRetrieval(): string | undefined {
  try {
    makeEnvironment(FOLDER, PACKAGES);
    return makeEnvironment(FOLDER, ITSELF);
  } catch (error) {
    note(`clip-retrieval is left out: ${(error as Error).message}`);
    return undefined;
  }
}

/** clip-retrieval's own server, over an index of a folder's embeddings. */
export class ClipRetrieval {
  private constructor(
    readonly name: string,
    readonly address: URL,
    private readonly child: ChildProcess,
  ) {}

  peakMemory(): Promise<number | undefined> {
    return peakMemoryOf(this.child.pid);
  }

  static async start(python: string, folder: string, index: string): Promise<ClipRetrieval> {
    const [port] = await freePorts(1);
    const child = spawn(python, [SCRIPT, folder, index, String(port)], { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`clip-retrieval ended with ${code}`)));
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
    const { faiss, flask } = JSON.parse(line);
    const address = new URL(`http://127.0.0.1:${port}`);
    await Promise.race([answers(new URL('/indices-list', address)), ended]);
    ended.catch(() => undefined);
    return new ClipRetrieval(`clip-retrieval ${VERSION}, Flask ${flask}, faiss ${faiss}`, address, child);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}

async function answers(url: URL): Promise<void> {
  for (;;) {
    if (
      await fetch(url)
        .then((answer) => answer.ok)
        .catch(() => false)
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
