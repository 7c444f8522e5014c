/** One line of a terminal: what matters least is left out until the rest fits. */
import { shorten } from '../contract/shorten.ts';

export interface Piece {
  readonly text: string;
  /** 0 stays longest. */
  readonly rank: number;
  /** What stands before it, where it is not the first; two spaces by default. */
  readonly before?: string;
}

/** @param width characters that the line may have; all pieces are kept where it is left out */
export function fitLine(pieces: readonly Piece[], width = Number.POSITIVE_INFINITY): string {
  const line = pieces.reduce(
    (text, piece, i) => text + (i === 0 ? '' : (piece.before ?? '  ')) + piece.text,
    '',
  );
  if (line.length <= width) return line;
  if (pieces.length === 1) return shorten(line, Math.max(1, width));
  const least = Math.max(...pieces.map(({ rank }) => rank));
  return fitLine(
    pieces.filter(({ rank }) => rank !== least),
    width,
  );
}
