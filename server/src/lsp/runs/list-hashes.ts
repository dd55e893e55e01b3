import { FileTable } from '../../store/cache/file-table.js';

/** How long an answer is taken for what is on the disk: features ask for it together. */
const GOOD_FOR_MS = 500;

interface Answer {
  hash: string | null | undefined;
  askedAt: number;
}

/** Hashes of files as they were last seen: whoever asks is told at once, and of another content as soon as it was read. */
export class ListHashes {
  private readonly answers = new Map<string, Answer>();
  private readonly table = FileTable.inMemory();

  constructor(private readonly changed: () => void) {}

  /** Null where the file cannot be read, undefined where it was not read yet. */
  hashOf(file: string): string | null | undefined {
    const answer = this.answers.get(file) ?? { hash: undefined, askedAt: Number.NEGATIVE_INFINITY };
    this.answers.set(file, answer);
    if (performance.now() - answer.askedAt > GOOD_FOR_MS) {
      answer.askedAt = performance.now();
      void this.read(file, answer);
    }
    return answer.hash;
  }

  /** What is on the disk may be another by now. */
  forget(): void {
    for (const answer of this.answers.values()) answer.askedAt = Number.NEGATIVE_INFINITY;
    if (this.answers.size > 0) this.changed();
  }

  private async read(file: string, answer: Answer): Promise<void> {
    const hash = await this.table.hash(file).catch(() => null);
    if (hash === answer.hash) return;
    answer.hash = hash;
    this.changed();
  }
}
