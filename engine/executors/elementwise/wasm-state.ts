/**
 * Memory for state tensors that a library and WebAssembly share: one linear memory, allocated in
 * 16-byte-aligned pieces. Its buffer is an ordinary ArrayBuffer unless several threads are to reach it, so
 * tensors need no copies. ONNX Runtime takes no tensors in shared buffers.
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

  /**
   * @param bytes of all later allocations
   * @param isShared whether other threads reach the memory too
   * @returns undefined when that cannot be addressed
   */
  static create(bytes: number, isShared = false): WasmState | undefined {
    const pages = Math.ceil((bytes + SCALAR_BYTES) / PAGE) + 1;
    if (pages > MOST_PAGES) return undefined;
    try {
      return new WasmState(pages, isShared);
    } catch {
      return undefined; // address space is short: the caller uses plain arrays
    }
  }

  private constructor(pages: number, isShared: boolean) {
    this.pages = pages;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: isShared });
    this.scalars = new Float32Array(this.memory.buffer, 0, SCALAR_BYTES / 4);
  }

  get isShared(): boolean {
    return isSharedMemory(this.memory);
  }

  /** Allocate zeros; padding to 16 bytes belongs to the piece. */
  allocate(length: number): Float32Array {
    const array = new Float32Array(this.memory.buffer, this.#next, length);
    this.#next += alignedBytes(length);
    return array;
  }
}

export function isSharedMemory({ buffer }: WebAssembly.Memory): boolean {
  return (buffer as ArrayBufferLike) instanceof SharedArrayBuffer;
}

/** Bytes that `allocate` takes for an array. */
export function alignedBytes(length: number): number {
  return Math.ceil((length * 4) / 16) * 16;
}
