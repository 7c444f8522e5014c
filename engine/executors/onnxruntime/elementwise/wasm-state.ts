/**
 * Memory for state tensors that both ONNX Runtime and WebAssembly can address: one linear memory,
 * handed out in 16-byte-aligned pieces. Its buffer is an ordinary ArrayBuffer, so tensors over it
 * need no copies.
 */
const PAGE = 65536;
/** What 32-bit addresses reach. */
const MOST_PAGES = 65535;
/** Room for the scalars of a run. */
const SCALAR_BYTES = 4096;

export class WasmState {
  readonly memory: WebAssembly.Memory;
  readonly pages: number;
  readonly scalars: Float32Array;
  #next = SCALAR_BYTES;

  /** @param bytes all that will be allocated; undefined is returned when that is out of reach */
  static create(bytes: number): WasmState | undefined {
    const pages = Math.ceil((bytes + SCALAR_BYTES) / PAGE) + 1;
    if (pages > MOST_PAGES) return undefined;
    try {
      return new WasmState(pages);
    } catch {
      return undefined; // address space is short: the caller keeps to plain arrays
    }
  }

  private constructor(pages: number) {
    this.pages = pages;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.scalars = new Float32Array(this.memory.buffer, 0, SCALAR_BYTES / 4);
  }

  /** Zeros; the rest of the last 16 bytes belongs to the piece too. */
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
