/**
 * The two passes of a resize as WebAssembly with 128-bit vectors, with the same integers as the
 * plain code.
 *
 * A table of taps has one record per output position: offset of the first source pixel in bytes,
 * number of taps, weights; all 32-bit.
 *
 * @source WebAssembly core specification 2.0, binary format and fixed-width SIMD
 */
import { I32, name, section, unsigned, V128, wasmModule } from '../../../formats/wasm.ts';

/**
 * Address arguments are bytes in the memory. Both functions may write up to 16 bytes after their
 * output.
 */
export interface ResampleKernels {
  /** Resize `rows` rows of pixels to `width` pixels each. */
  across(
    ...args: [
      from: number,
      rowBytes: number,
      rows: number,
      to: number,
      taps: number,
      recordBytes: number,
      width: number,
    ]
  ): void;
  /** Resize columns: rows of `rowBytes` to `height` rows. */
  down(
    ...args: [
      from: number,
      rowBytes: number,
      height: number,
      to: number,
      taps: number,
      recordBytes: number,
    ]
  ): void;
}

/** @throws CompileError on processors without vector instructions */
export function compileKernels(memory: WebAssembly.Memory): ResampleKernels {
  const module = new WebAssembly.Module(encodeModule());
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as ResampleKernels;
}

function encodeModule(): Uint8Array<ArrayBuffer> {
  const bodies = [acrossBody(), downBody()];
  const type = (parameters: number) => [0x60, parameters, ...Array(parameters).fill(I32), 0];
  return wasmModule(
    section(1, [2, ...type(7), ...type(6)]),
    section(2, [1, ...name('env'), ...name('memory'), 0x02, 0x00, 0x00]),
    section(3, [2, 0, 1]),
    section(7, [2, ...name('across'), 0x00, 0, ...name('down'), 0x00, 1]),
    section(10, [2, ...bodies.flatMap((body) => [...unsigned(body.length), ...body])]),
  );
}

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const add = (local: number, amount: number[]) => [...get(local), ...amount, 0x6a, ...set(local)];
const constant = (value: number) => [0x41, ...signed(value)];
const load32 = (address: number, offset = 0) => [...get(address), 0x28, 2, offset];
const vector = (op: number, ...rest: number[]) => [0xfd, ...unsigned(op), ...rest];
/** Repeat the body while the counter, decreased by `step` each time, is above zero. */
const loop = (counter: number, step: number, body: number[]) => [
  0x03,
  0x40,
  ...body,
  ...get(counter),
  ...constant(step),
  0x6b,
  0x22,
  counter,
  ...constant(0),
  0x4a,
  0x0d,
  0,
  0x0b,
];

const LOAD_16_BYTES = vector(0x00, 0, 0);
const LOAD_SPLAT = vector(0x09, 2, 0);
const LOAD_4_BYTES = vector(0x5c, 0, 0);
const STORE_16_BYTES = vector(0x0b, 0, 0);
const STORE_4_BYTES = vector(0x5a, 0, 0, 0);
const SPLAT = vector(0x11);
const BYTES_OF_SHORTS = vector(0x66);
const SHORTS_OF_INTS = vector(0x85);
const SHORTS_OF_LOW_BYTES = vector(0x89);
const SHORTS_OF_HIGH_BYTES = vector(0x8a);
const INTS_OF_LOW_SHORTS = vector(0xa9);
const INTS_OF_HIGH_SHORTS = vector(0xaa);
const SHIFT_RIGHT = vector(0xac);
const ADD = vector(0xae);
const MULTIPLY = vector(0xb5);

const PRECISION = 22;
const ROUNDING = [...constant(1 << (PRECISION - 1)), ...SPLAT];
const ROUNDED = [...constant(PRECISION), ...SHIFT_RIGHT];

function acrossBody(): number[] {
  const [from, rowBytes, rows, to, taps, recordBytes, width] = [0, 1, 2, 3, 4, 5, 6];
  const [record, x, pixel, tap, left, sum] = [7, 8, 9, 10, 11, 12];
  const oneTap = [
    ...get(sum),
    ...get(pixel),
    ...LOAD_4_BYTES,
    ...SHORTS_OF_LOW_BYTES,
    ...INTS_OF_LOW_SHORTS,
    ...get(tap),
    ...LOAD_SPLAT,
    ...MULTIPLY,
    ...ADD,
    ...set(sum),
    ...add(pixel, constant(3)),
    ...add(tap, constant(4)),
  ];
  const onePixel = [
    ...get(from),
    ...load32(record),
    0x6a,
    ...set(pixel),
    ...load32(record, 4),
    ...set(left),
    ...get(record),
    ...constant(8),
    0x6a,
    ...set(tap),
    ...ROUNDING,
    ...set(sum),
    ...loop(left, 1, oneTap),
    ...get(sum),
    ...ROUNDED,
    ...set(sum),
    ...get(to),
    ...get(sum),
    ...get(sum),
    ...SHORTS_OF_INTS,
    ...get(sum),
    ...get(sum),
    ...SHORTS_OF_INTS,
    ...BYTES_OF_SHORTS,
    ...STORE_4_BYTES,
    ...add(to, constant(3)),
    ...add(record, get(recordBytes)),
  ];
  const oneRow = [
    ...get(taps),
    ...set(record),
    ...get(width),
    ...set(x),
    ...loop(x, 1, onePixel),
    ...add(from, get(rowBytes)),
  ];
  return [2, 5, I32, 1, V128, ...loop(rows, 1, oneRow), 0x0b];
}

function downBody(): number[] {
  const [from, rowBytes, height, to, taps, recordBytes] = [0, 1, 2, 3, 4, 5];
  const [column, left, pixel, tap, done] = [6, 7, 8, 9, 10];
  const sums = [11, 12, 13, 14];
  const [weight, bytes, shorts] = [15, 16, 17];
  const accumulate = (sum: number, ints: number[]) => [
    ...get(sum),
    ...get(shorts),
    ...ints,
    ...get(weight),
    ...MULTIPLY,
    ...ADD,
    ...set(sum),
  ];
  const oneTap = [
    ...get(tap),
    ...LOAD_SPLAT,
    ...set(weight),
    ...get(pixel),
    ...LOAD_16_BYTES,
    ...set(bytes),
    ...get(bytes),
    ...SHORTS_OF_LOW_BYTES,
    ...set(shorts),
    ...accumulate(sums[0]!, INTS_OF_LOW_SHORTS),
    ...accumulate(sums[1]!, INTS_OF_HIGH_SHORTS),
    ...get(bytes),
    ...SHORTS_OF_HIGH_BYTES,
    ...set(shorts),
    ...accumulate(sums[2]!, INTS_OF_LOW_SHORTS),
    ...accumulate(sums[3]!, INTS_OF_HIGH_SHORTS),
    ...add(pixel, get(rowBytes)),
    ...add(tap, constant(4)),
  ];
  const pair = (low: number, high: number) => [
    ...get(low),
    ...ROUNDED,
    ...get(high),
    ...ROUNDED,
    ...SHORTS_OF_INTS,
  ];
  const sixteen = [
    ...get(from),
    ...load32(taps),
    0x6a,
    ...get(done),
    0x6a,
    ...set(pixel),
    ...load32(taps, 4),
    ...set(left),
    ...get(taps),
    ...constant(8),
    0x6a,
    ...set(tap),
    ...sums.flatMap((sum) => [...ROUNDING, ...set(sum)]),
    ...loop(left, 1, oneTap),
    ...get(to),
    ...get(done),
    0x6a,
    ...pair(sums[0]!, sums[1]!),
    ...pair(sums[2]!, sums[3]!),
    ...BYTES_OF_SHORTS,
    ...STORE_16_BYTES,
    ...add(done, constant(16)),
  ];
  const oneRow = [
    ...constant(0),
    ...set(done),
    ...get(rowBytes),
    ...set(column),
    ...loop(column, 16, sixteen),
    ...add(to, get(rowBytes)),
    ...add(taps, get(recordBytes)),
  ];
  return [2, 5, I32, 7, V128, ...loop(height, 1, oneRow), 0x0b];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64
    ? [value & 0x7f]
    : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
