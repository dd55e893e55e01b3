const BYTES = 32;
const WORDS = BYTES / 4;
const HEX = 2 * BYTES;
const FIRST_SLOTS = 64;

/**
 * SHA-256 digests, each with a number: how many there were before it. Of millions it takes about 50 bytes each, where a
 * map of strings takes five times that. They are given and asked for in lower-case hexadecimal.
 */
export class DigestTable {
  private digests = new Int32Array(FIRST_SLOTS * WORDS);
  /** The number behind each slot, or -1; a digest stands at the first that was free from its own on. */
  private slots = new Int32Array(FIRST_SLOTS).fill(-1);
  private count = 0;
  private readonly asked = new Int32Array(WORDS);
  private readonly askedBytes = Buffer.from(this.asked.buffer);

  get size(): number {
    return this.count;
  }

  /** The number of a digest, which it is given now unless it has one. Throws where the text is no digest. */
  add(digest: string): number {
    if (!this.ask(digest)) throw new RangeError(`${digest} is no SHA-256`);
    let slot = this.slotOfAsked();
    const found = this.slots[slot]!;
    if (found >= 0) return found;
    if (2 * (this.count + 1) > this.slots.length) {
      this.widen();
      this.ask(digest);
      slot = this.slotOfAsked();
    }
    this.digests = withRoom(this.digests, (this.count + 1) * WORDS);
    this.digests.set(this.asked, this.count * WORDS);
    this.slots[slot] = this.count;
    return this.count++;
  }

  /** The number of a digest, or -1 where it has none. */
  find(digest: string): number {
    return this.ask(digest) ? this.slots[this.slotOfAsked()]! : -1;
  }

  /** The digest with a number. */
  at(n: number): string {
    const { buffer } = this.digests;
    return Buffer.from(buffer, n * BYTES, BYTES).toString('hex');
  }

  private ask(digest: string): boolean {
    return digest.length === HEX && this.askedBytes.write(digest, 'hex') === BYTES;
  }

  private slotOfAsked(): number {
    const { asked, slots, digests } = this;
    const mask = slots.length - 1;
    let mixed = 0;
    for (let word = 0; word < WORDS; word++) mixed = Math.imul(mixed ^ asked[word]!, 0x9e3779b1);
    for (let slot = (mixed >>> 7) & mask; ; slot = (slot + 1) & mask) {
      const start = slots[slot]! * WORDS;
      if (start < 0) return slot;
      let word = 0;
      while (word < WORDS && digests[start + word] === asked[word]) word++;
      if (word === WORDS) return slot;
    }
  }

  private widen(): void {
    this.slots = new Int32Array(2 * this.slots.length).fill(-1);
    for (let n = 0; n < this.count; n++) {
      this.asked.set(this.digests.subarray(n * WORDS, (n + 1) * WORDS));
      this.slots[this.slotOfAsked()] = n;
    }
  }
}

/** Whether a text is a SHA-256 in lower-case hexadecimal. */
export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}

/** An array with room for so many items: the same, or a copy at least twice as long. */
export function withRoom<T extends Int32Array | Float64Array>(items: T, length: number): T {
  if (items.length >= length) return items;
  const wider = new (items.constructor as new (length: number) => T)(Math.max(length, 2 * items.length));
  wider.set(items);
  return wider;
}
