import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../../scripts/peers/cache-folder.js';
import { makeEnvironment } from '../../../scripts/peers/python.js';
import { note } from '../measure.js';

const SCRIPT = fileURLToPath(new URL('./faiss_search.py', import.meta.url));
/** In an environment of its own, which is made where PyPI is reached. */
const NEWEST = { folder: join(cacheFolder(), 'peers-faiss-1'), packages: ['faiss-cpu==1.15.1', 'numpy==2.4.6'] };

export const FAISS_INDICES = ['IndexFlatL2', 'IndexFlatL2Panorama'] as const;

/** The Pythons that have faiss: the newest from PyPI, and the system's, by what they are called in the results. */
export function pythonsWithFaiss(): string[] {
  const pythons = ['/usr/bin/python3'];
  try {
    pythons.unshift(makeEnvironment(NEWEST.folder, NEWEST.packages));
  } catch (error) {
    note(`faiss of PyPI is left out: ${(error as Error).message}`);
  }
  return pythons.filter((python) => spawnSync(python, ['-c', 'import faiss'], { env: ownChoice() }).status === 0);
}

/** Without what would choose kernels or caches for it. */
function ownChoice(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OPENBLAS|MKL|OMP|FAISS)_/.test(name)));
}

/** An index of faiss in a process of its own. */
export class FaissIndex {
  private constructor(
    readonly name: string,
    private readonly ask: (line: string) => Promise<unknown>,
    readonly close: () => void,
  ) {}

  /** Undefined where that faiss has no such index. */
  static async open(
    python: string,
    index: (typeof FAISS_INDICES)[number],
    files: { readonly gallery: string; readonly queries: string },
  ): Promise<FaissIndex | undefined> {
    if (spawnSync(python, ['-c', `import faiss; faiss.${index}`], { env: ownChoice() }).status !== 0) return undefined;
    const args = [SCRIPT, files.gallery, files.queries, String(availableParallelism()), index];
    const child = spawn(python, args, { env: ownChoice(), stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const answer = async () => JSON.parse((await once(lines, 'line'))[0]);
    const { version, blas, options } = await answer();
    const name = `faiss ${version} \`${index}\`, ${blas}, ${String(options).trim()}`;
    const ask = (line: string) => {
      const answered = answer();
      child.stdin.write(`${line}\n`);
      return answered;
    };
    return new FaissIndex(name, ask, () => child.stdin.end());
  }

  async search(count: number, k: number): Promise<{ seconds: number; ids: readonly number[] }> {
    return (await this.ask(`${count} ${k}`)) as { seconds: number; ids: readonly number[] };
  }
}
