/** Memory that JavaScript and native code both use: array buffers, whose memory never moves. */
import type { DType } from '../../ir/types.ts';
import { ALIGNMENT } from '../../schedule/arena.ts';
import type { Native } from './native.ts';
import type { MemoryArray } from './tensors.ts';

/** A piece of memory that begins at a multiple of 64 bytes. */
export interface Piece {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
  readonly address: bigint;
}

/** Zeros. @throws RangeError where there is not as much memory */
export function allocate(native: Native, bytes: number): Piece {
  const buffer = new ArrayBuffer(bytes + ALIGNMENT);
  const start = native.addressOf(buffer);
  const byteOffset = Number(BigInt(ALIGNMENT) - (start % BigInt(ALIGNMENT))) % ALIGNMENT;
  return { buffer, byteOffset, address: start + BigInt(byteOffset) };
}

const ARRAYS = { f32: Float32Array, bf16: Uint16Array, i32: Int32Array, bool: Uint8Array };

export function arrayIn(
  { buffer, byteOffset }: Pick<Piece, 'buffer' | 'byteOffset'>,
  dtype: Exclude<DType, 'f16'>,
  elements: number,
): MemoryArray {
  return new ARRAYS[dtype](buffer, byteOffset, elements);
}
