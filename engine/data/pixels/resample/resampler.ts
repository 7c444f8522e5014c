/**
 * The fast version of `resize`: equal bytes, by vector instructions where the processor has them.
 * It owns memory that is reused.
 */
import type { Region, RgbImage } from '../image.ts';
import type { FilterTaps, Interpolation } from './filter-taps.ts';
import { planWindow, resizeWindow } from './resample.ts';
import { compileKernels, type ResampleKernels } from './resample-kernels.ts';

const PAGE = 65_536;
/** Bytes that the kernels may touch after their input and output. */
const MARGIN = 32;
/** Larger images are resized by the plain code, which bounds the memory that is kept. */
const MOST_BYTES = 2 ** 28;

export class Resampler {
  #memory: WebAssembly.Memory | undefined;
  #kernels: ResampleKernels | undefined;
  #supported = true;

  /**
   * Resize an image, or compute a window of the result. The pixels may be changed by the caller and
   * are valid until the next call.
   */
  resize(
    image: RgbImage,
    width: number,
    height: number,
    filter: Interpolation,
    window: Region = { top: 0, left: 0, width, height },
  ): RgbImage {
    const plain = () => resizeWindow(image, width, height, filter, window);
    const { region, columns, rows } = planWindow(image, width, height, filter, window);
    if (columns === undefined || rows === undefined) return plain();
    const [columnBytes, rowBytes] = [recordBytes(columns), recordBytes(rows)];
    const columnTaps = 0;
    const rowTaps = columnBytes * window.width;
    const source = rowTaps + rowBytes * window.height;
    const lineBytes = image.width * 3;
    const middle = align(source + region.height * lineBytes + MARGIN);
    const target = align(middle + region.height * window.width * 3 + MARGIN);
    const size = window.width * window.height * 3;
    const reserved = this.#reserve(target + size + MARGIN);
    if (!reserved) return plain();
    const { buffer, across, down } = reserved;
    const bytes = new Uint8Array(buffer);
    writeRecords(new Int32Array(buffer, columnTaps), columns, 3);
    writeRecords(new Int32Array(buffer, rowTaps), rows, window.width * 3);
    const from = region.top * lineBytes;
    bytes.set(image.data.subarray(from, from + region.height * lineBytes), source);
    across(source, lineBytes, region.height, middle, columnTaps, columnBytes, window.width);
    down(middle, window.width * 3, window.height, target, rowTaps, rowBytes);
    return {
      width: window.width,
      height: window.height,
      data: bytes.subarray(target, target + size),
    };
  }

  /** Reserve memory and compile the kernels; undefined where plain code must be used. */
  #reserve(bytes: number): (ResampleKernels & { buffer: ArrayBuffer }) | undefined {
    if (!this.#supported || bytes > MOST_BYTES) return undefined;
    if (!this.#memory || !this.#kernels || this.#memory.buffer.byteLength < bytes)
      try {
        // A quarter is added so that slowly growing sizes do not reallocate every time.
        this.#memory = new WebAssembly.Memory({ initial: Math.ceil((bytes * 1.25) / PAGE) });
        this.#kernels = compileKernels(this.#memory);
      } catch {
        this.#supported = false; // the processor has no vector instructions
        return undefined;
      }
    return { ...this.#kernels, buffer: this.#memory.buffer };
  }
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}

function recordBytes(taps: FilterTaps): number {
  return 8 + taps.width * 4;
}

/** @param step bytes between source positions */
function writeRecords(
  to: Int32Array,
  { starts, counts, weights, width }: FilterTaps,
  step: number,
) {
  for (let i = 0, at = 0; i < starts.length; i++, at += width + 2) {
    to[at] = starts[i]! * step;
    to[at + 1] = counts[i]!;
    for (let tap = 0; tap < width; tap++) to[at + 2 + tap] = weights[i * width + tap]!;
  }
}
