/**
 * Memory for state tensors that ONNX Runtime and WebAssembly share: one linear memory, allocated in
 * 16-byte-aligned pieces. Its buffer is an ordinary ArrayBuffer, so tensors need no copies.
 */
const PAGE = 65536;
/** The limit of 32-bit addresses. */
const MOST_PAGES = 65535;
const SCALAR_BYTES = 4096;

export class WasmState {
  readonly memory: WebAssembly.Memory;
  readonly pages: number;
  readonly scalars: Float32Array;
  #next = SCALAR_BYTES;

  /** @param bytes of all later allocations @returns undefined when that cannot be addressed */
  static create(bytes: number): WasmState | undefined {
    const pages = Math.ceil((bytes + SCALAR_BYTES) / PAGE) + 1;
    if (pages > MOST_PAGES) return undefined;
    try {
      return new WasmState(pages);
    } catch {
      return undefined; // address space is short: the caller uses plain arrays
    }
  }

  private constructor(pages: number) {
    this.pages = pages;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.scalars = new Float32Array(this.memory.buffer, 0, SCALAR_BYTES / 4);
  }

  /** Allocate zeros; padding to 16 bytes belongs to the piece. */
  allocate(length: number): Float32Array {
    const array = new Float32Array(this.memory.buffer, this.#next, length);
    this.#next += alignedBytes(length);
    return array;
  }
}

/** Bytes that `allocate` takes for an array. */
export function alignedBytes(length: number): number {
  return Math.ceil((length * 4) / 16) * 16;
}
