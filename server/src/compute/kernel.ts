/** Bytes of a page of a kernel's memory. */
const PAGE = 65_536;

/** TypeScript declares it for browsers alone. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What every kernel exports beside its functions, whose parameters are positions in this memory, distances there and counts. */
interface Memory {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
}

/** Opens a kernel from the base64 of its WebAssembly (`npm run generate` writes it from a .wat). */
export function openKernel<Functions>(wasm: string): Functions & Memory {
  return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(wasm, 'base64'))).exports as Functions & Memory;
}

/**
 * Gives a kernel's memory room for blocks of so many bytes, one after another, and says where each begins: what a kernel
 * takes at once may reach behind the end of a block, and not into the next. Views of the memory from before are of no use
 * where it had to grow.
 */
export function allot({ memory }: Memory, sizes: readonly number[]): number[] {
  const starts = [0];
  for (const size of sizes) starts.push(toLanes(starts[starts.length - 1] + size) + LANES);
  const missing = starts[sizes.length] - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return starts;
}

/** Bytes that a kernel takes at once. */
const LANES = 16;

/** So many bytes, filled up to a multiple of what is taken at once. */
export function toLanes(bytes: number): number {
  return Math.ceil(bytes / LANES) * LANES;
}
