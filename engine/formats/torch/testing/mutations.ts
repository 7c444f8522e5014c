/** Random damage of files, similar to that of downloads, disks and attackers. */
import type { RandomStream } from '../../../random/philox.ts';

const LENGTHS = [0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

type Mutation = (bytes: Uint8Array, at: number, random: RandomStream) => Uint8Array;

const IN_PLACE: readonly Mutation[] = [flip, replace, enlarge];
const ALL: readonly Mutation[] = [...IN_PLACE, insert, remove, repeat, truncate];

export interface MutationOptions {
  /** First byte that may change. */
  readonly from?: number;
  /** End of the bytes that may change. */
  readonly to?: number;
  /** Keep the length. */
  readonly inPlace?: boolean;
}

/** One to four changes. */
export function mutate(
  bytes: Uint8Array,
  random: RandomStream,
  { from = 0, to = bytes.length, inPlace = false }: MutationOptions = {},
): Uint8Array {
  const mutations = inPlace ? IN_PLACE : ALL;
  let out = new Uint8Array(bytes);
  for (let changes = 1 + random.integer(4); changes > 0 && out.length > 0; changes--) {
    const span = Math.max(1, Math.min(to, out.length) - from);
    const at = Math.min(out.length - 1, from + random.integer(span));
    out = new Uint8Array(mutations[random.integer(mutations.length)]!(out, at, random));
  }
  return out;
}

function flip(bytes: Uint8Array, at: number, random: RandomStream): Uint8Array {
  bytes[at]! ^= 1 << random.integer(8);
  return bytes;
}

function replace(bytes: Uint8Array, at: number, random: RandomStream): Uint8Array {
  bytes[at] = random.integer(256);
  return bytes;
}

function insert(bytes: Uint8Array, at: number, random: RandomStream): Uint8Array {
  const piece = Uint8Array.from({ length: 1 + random.integer(16) }, () => random.integer(256));
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

function remove(bytes: Uint8Array, at: number, random: RandomStream): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(16))]);
}

function repeat(bytes: Uint8Array, at: number, random: RandomStream): Uint8Array {
  const end = at + 1 + random.integer(64);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
}

/** Lengths, counts and positions are little-endian numbers of 32 or 64 bits. */
function enlarge(bytes: Uint8Array, at: number, random: RandomStream): Uint8Array {
  if (at + 4 > bytes.length) return bytes;
  const value = LENGTHS[random.integer(LENGTHS.length)]!;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, value, true);
  return bytes;
}

function truncate(bytes: Uint8Array, at: number, random: RandomStream): Uint8Array {
  return random.integer(4) === 0 ? bytes.subarray(0, at) : bytes;
}
