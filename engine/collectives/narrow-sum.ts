/**
 * Sums over ranks whose numbers travel as bfloat16, in half the bytes. Each rank adds up a part of the
 * arrays in float32, in the order of the ranks, and all get the rounded parts, so all have the same bits.
 *
 * MPI has no such type: a sum in bfloat16 on the way would round at each rank.
 */
import type { Collectives } from './collectives.ts';

/** As `sum`; each number and the sum are rounded to bfloat16. */
export async function sumNarrow(ranks: Collectives, values: Float32Array): Promise<void> {
  const { rank, size } = ranks;
  if (size === 1) return;
  const each = Math.ceil(values.length / size);
  const narrow = new Uint16Array(each * size);
  roundInto(narrow, values);
  const parts = shortsOf(await ranks.exchange(bytesOf(narrow)));
  const own = new Float32Array(each);
  const part = new Float32Array(each);
  for (let from = 0; from < size; from++) {
    widenInto(part, parts.subarray(from * each, (from + 1) * each));
    for (let i = 0; i < each; i++) own[i]! += part[i]!;
  }
  const rounded = narrow.subarray(rank * each, (rank + 1) * each);
  roundInto(rounded, own);
  const all = await ranks.gather(bytesOf(rounded));
  for (const [from, bytes] of all.entries())
    widenInto(values.subarray(from * each, (from + 1) * each), shortsOf(bytes));
}

/** To the nearest numbers, ties to even. */
function roundInto(narrow: Uint16Array, values: Float32Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!;
    const isNumber = (word & 0x7fffffff) <= 0x7f800000;
    narrow[i] = isNumber ? (word + 0x7fff + ((word >>> 16) & 1)) >>> 16 : (word >>> 16) | 0x40;
  }
}

/** As many as there is room for. */
function widenInto(values: Float32Array, narrow: Uint16Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = narrow[i]! << 16;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint16Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

function shortsOf({ buffer, byteOffset, byteLength }: Uint8Array): Uint16Array {
  return new Uint16Array(buffer as ArrayBuffer, byteOffset, byteLength / 2);
}
