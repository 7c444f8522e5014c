/**
 * Gradients as pieces of memory that ranks sum at once. A bucket is one array: tensors that lie one after
 * the other, as the members of a pack do, so nothing is copied.
 */
import { groupBy } from '../../contract/maps.ts';

/**
 * Bytes of gradients in one sum, as with PyTorch's DistributedDataParallel: many times what a message
 * needs to reach the full speed of a network.
 */
export const BUCKET_BYTES = 25 * 2 ** 20;

export interface Bucket {
  /** The tensors in it. */
  readonly names: readonly string[];
  readonly array: Float32Array;
}

interface Piece {
  readonly name: string;
  /** Among all gradients. */
  readonly position: number;
  readonly array: Float32Array;
}

/**
 * Buckets of about so many bytes; a larger tensor is alone. They depend on nothing but names, sizes and
 * places in memory, which are the same on all ranks, and so does their order: a backward pass finishes the
 * last tensors of a network first, so the first bucket is the one whose earliest tensor comes last.
 *
 * @param gradients in the order of the network
 */
export function bucketsOf(
  gradients: ReadonlyMap<string, Float32Array>,
  bucketBytes = BUCKET_BYTES,
): Bucket[] {
  const pieces = [...gradients].map(
    ([name, array], position): Piece => ({ name, position, array }),
  );
  return runsOf(pieces)
    .flatMap((run) => cut(run, bucketBytes))
    .sort((a, b) => earliest(b) - earliest(a))
    .map(join);
}

/** Pieces that lie one after the other, in the order of memory. */
function runsOf(pieces: readonly Piece[]): Piece[][] {
  const buffers = groupBy(pieces, ({ array }) => array.buffer);
  return [...buffers.values()].flatMap((inBuffer) => {
    const runs: Piece[][] = [];
    let end = -1;
    for (const piece of inBuffer.sort((a, b) => a.array.byteOffset - b.array.byteOffset)) {
      if (piece.array.byteOffset === end) runs.at(-1)!.push(piece);
      else runs.push([piece]);
      end = piece.array.byteOffset + piece.array.byteLength;
    }
    return runs;
  });
}

/** From the end, so that what is left over is finished last. */
function cut(run: readonly Piece[], bucketBytes: number): Piece[][] {
  const buckets: Piece[][] = [];
  let room = 0;
  for (const piece of run.toReversed()) {
    const { byteLength } = piece.array;
    if (buckets.length === 0 || byteLength > room) {
      buckets.push([]);
      room = bucketBytes;
    }
    buckets.at(-1)!.unshift(piece);
    room -= byteLength;
  }
  return buckets;
}

function earliest(bucket: readonly Piece[]): number {
  return Math.min(...bucket.map(({ position }) => position));
}

function join(bucket: readonly Piece[]): Bucket {
  const { buffer, byteOffset } = bucket[0]!.array;
  const length = bucket.reduce((sum, { array }) => sum + array.length, 0);
  return {
    names: bucket.map(({ name }) => name),
    array: new Float32Array(buffer, byteOffset, length),
  };
}
