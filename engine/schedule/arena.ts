/** Offsets in one piece of memory for pieces that are not all needed at the same time. */

/** Starts of buffers, for vector loads and cache lines. */
export const ALIGNMENT = 64;

export interface Piece {
  readonly bytes: number;
  /** The first and the last moment at which it is needed. */
  readonly from: number;
  readonly until: number;
}

export const alignUp = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Each piece, the largest first, gets the smallest gap that fits among those that are needed at the
 * same time.
 *
 * @source Pisarchyk and Lee, Efficient Memory Management for Deep Neural Net Inference (2020)
 */
export function layOut(pieces: readonly Piece[]): { offsets: number[]; bytes: number } {
  const offsets = new Array<number>(pieces.length).fill(0);
  const order = pieces
    .map((_, i) => i)
    .sort((a, b) => pieces[b]!.bytes - pieces[a]!.bytes || a - b);
  // By offset, so that gaps are found in one walk.
  const placed: { start: number; end: number; piece: Piece }[] = [];
  let bytes = 0;
  for (const i of order) {
    const piece = pieces[i]!;
    const need = alignUp(piece.bytes);
    let [end, best, smallest] = [0, -1, Number.POSITIVE_INFINITY];
    for (const other of placed) {
      if (other.piece.until < piece.from || piece.until < other.piece.from) continue;
      const gap = other.start - end;
      if (gap >= need && gap < smallest) [best, smallest] = [end, gap];
      end = Math.max(end, other.end);
    }
    const start = best < 0 ? end : best;
    offsets[i] = start;
    bytes = Math.max(bytes, start + need);
    const later = placed.findIndex((other) => other.start > start);
    placed.splice(later < 0 ? placed.length : later, 0, { start, end: start + need, piece });
  }
  return { offsets, bytes };
}
