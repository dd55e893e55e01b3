import { totalmem } from 'node:os';

/** How much of the machine's memory images may take while they are decoded, together and one alone. */
const TOGETHER = 1 / 4;
const ALONE = 3 / 4;

interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/** Lets images be decoded at once as far as the machine can hold them, in the order in which they come. */
export class DecodingMemory {
  private used = 0;
  private working = 0;
  private readonly waiting: Waiting[] = [];

  constructor(private readonly machine: number = memoryOfMachine()) {}

  /** Whether the machine can hold so many bytes of one image. */
  holds(bytes: number): boolean {
    return bytes <= ALONE * this.machine;
  }

  /** Works when what else is being decoded leaves so much memory, or when nothing else is. */
  async within<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.waiting.push({ bytes, start });
      this.next();
    });
    try {
      return await work();
    } finally {
      this.used -= bytes;
      this.working--;
      this.next();
    }
  }

  /** Works while nothing else is decoded. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.within(this.machine, work);
  }

  private next(): void {
    for (;;) {
      const [first] = this.waiting;
      if (!first || (this.working > 0 && this.used + first.bytes > TOGETHER * this.machine)) return;
      this.waiting.shift();
      this.used += first.bytes;
      this.working++;
      first.start();
    }
  }
}

/** In bytes: of the container where one sets a limit. */
function memoryOfMachine(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
