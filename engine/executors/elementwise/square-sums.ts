/**
 * Sums of squares in double precision, of numbers in a memory that WebAssembly reaches: a loop of SIMD
 * instructions, which runs at the speed of memory.
 * @source WebAssembly core specification 2.0, binary format and fixed-width SIMD
 */
import { F64, I32, name, section, unsigned, V128, wasmModule } from '../../formats/wasm.ts';
import { isSharedMemory } from './wasm-state.ts';

/** Sums at a time, of two numbers each, so that additions do not wait for each other. */
const SUMS = 8;
/** Numbers that each turn of the loop adds. */
const TURN = 2 * SUMS;

export class SquareSums {
  readonly #memory: WebAssembly.Memory;
  readonly #run: (from: number, to: number) => number;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    const instance = new WebAssembly.Instance(
      new WebAssembly.Module(encodeModule(isSharedMemory(memory))),
      {
        env: { memory },
      },
    );
    this.#run = instance.exports['run'] as (from: number, to: number) => number;
  }

  /** Whether these numbers lie in the memory. */
  reaches({ buffer }: Float32Array): boolean {
    return buffer === this.#memory.buffer;
  }

  /**
   * The sum of the squares of numbers in the memory. The numbers at a position modulo 16 are added one
   * after the other, these sums in pairs, and what is left of the end last.
   */
  of(numbers: Float32Array): number {
    const whole = numbers.length - (numbers.length % TURN);
    const from = numbers.byteOffset;
    let sum = whole === 0 ? 0 : this.#run(from, from + 4 * whole);
    for (let i = whole; i < numbers.length; i++) sum += numbers[i]! * numbers[i]!;
    return sum;
  }
}

/** A module that imports `env.memory` and exports `run(from, to)`, the sum over the bytes between. */
function encodeModule(isShared: boolean): Uint8Array<ArrayBuffer> {
  const body = loopBody();
  const limits = isShared ? [0x03, 1, ...unsigned(65536)] : [0x00, 1];
  return wasmModule(
    section(1, [1, 0x60, 2, I32, I32, 1, F64]),
    section(2, [1, ...name('env'), ...name('memory'), 0x02, ...limits]),
    section(3, [1, 0]),
    section(7, [1, ...name('run'), 0x00, 0]),
    section(10, [1, ...unsigned(body.length), ...body]),
  );
}

function loopBody(): number[] {
  // local 0: current byte (parameter); 1: end (parameter); 2…: sums; the last: two numbers
  const sum = (k: number) => 2 + k;
  const pair = sum(SUMS);
  const add = [0xfd, ...unsigned(0xf0)];
  const square = [0x22, pair, 0x20, pair, 0xfd, ...unsigned(0xf2)];
  const inside = Array.from({ length: SUMS }, (_, k) => [
    ...[0x20, sum(k)],
    // v128.load64_zero, f64x2.promote_low_f32x4
    ...[0x20, 0, 0xfd, ...unsigned(0x5d), 2, 8 * k, 0xfd, ...unsigned(0x5f)],
    ...square,
    ...add,
    ...[0x21, sum(k)],
  ]).flat();
  const advance = [0x20, 0, 0x41, ...signed(4 * TURN), 0x6a, 0x22, 0, 0x20, 1, 0x49, 0x0d, 0];
  const lane = (k: number) => [0x20, sum(0), 0xfd, ...unsigned(0x21), k];
  const total = [...sumOf(0, SUMS), 0x21, sum(0), ...lane(0), ...lane(1), 0xa0];
  return [1, SUMS + 1, V128, 0x03, 0x40, ...inside, ...advance, 0x0b, ...total, 0x0b];

  /** The sums from `first` on, added in pairs. */
  function sumOf(first: number, count: number): number[] {
    if (count === 1) return [0x20, sum(first)];
    const half = count / 2;
    return [...sumOf(first, half), ...sumOf(first + half, half), ...add];
  }
}

/** Signed LEB128 of a number from 64 to 8191. */
function signed(value: number): number[] {
  return [(value & 0x7f) | 0x80, value >>> 7];
}
