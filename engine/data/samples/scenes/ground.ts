/**
 * Photographic ground without an object: a picture of overlapping pieces from the corners of
 * photographs, of nearly one colour, joined smoothly.
 */
import type { RandomStream } from '../../../random/philox.ts';
import { newImage, type RgbImage } from '../../pixels/image.ts';
import { CIFAR_SIDE, type CifarPhoto } from '../sample-package.ts';
import { sampleBicubic } from './sample-pixels.ts';

/** Pixels of a side of a piece in the photograph. */
const PIECE = 9;
/** Pieces that are compared with the first one, and those of them that are used. */
const COMPARED = 600;
const USED = 24;

/** A corner of a photograph. */
interface Piece {
  readonly pixels: Uint8Array;
  readonly left: number;
  readonly top: number;
}

export function drawGround(
  photos: readonly CifarPhoto[],
  width: number,
  height: number,
  random: RandomStream,
): RgbImage {
  const upper = likePieces(photos, random);
  const hasHorizon = random.uniform() < 0.5;
  const lower = hasHorizon ? likePieces(photos, random) : upper;
  const horizon = hasHorizon ? random.between(0.25, 0.75) * height : 0;
  const scale = random.between(3, 5);
  const [sums, weights] = [new Float64Array(width * height * 3), new Float64Array(width * height)];
  const side = PIECE * scale;
  for (let y = -side / 2; y < height; y += side / 2)
    for (let x = -side / 2; x < width; x += side / 2) {
      const pieces = y + side / 2 < horizon ? upper : lower;
      const piece = pieces[random.integer(pieces.length)]!;
      const mirrored = random.uniform() < 0.5;
      // Uneven places, so that no grid is seen; neighbours still overlap.
      const [left, top] = [x, y].map((at) => at + random.between(-side, side) / 8) as [
        number,
        number,
      ];
      addPiece({ piece, mirrored, x: left, y: top, scale, width, height, sums, weights });
    }
  const ground = newImage(width, height);
  for (let i = 0; i < sums.length; i++)
    ground.data[i] = Math.min(255, Math.max(0, Math.round(sums[i]! / weights[Math.floor(i / 3)]!)));
  return ground;
}

/** A piece and those whose mean colours are nearest to it. */
function likePieces(photos: readonly CifarPhoto[], random: RandomStream): Piece[] {
  const pieces = Array.from({ length: Math.min(COMPARED, 4 * photos.length) }, (): Piece => {
    const far = CIFAR_SIDE - PIECE;
    const { pixels } = photos[random.integer(photos.length)]!;
    return { pixels, left: random.integer(2) * far, top: random.integer(2) * far };
  });
  const wanted = meanOf(pieces[0]!);
  const distance = (piece: Piece) =>
    meanOf(piece).reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0);
  return pieces
    .map((piece, i) => ({ piece, i, far: distance(piece) }))
    .sort((a, b) => a.far - b.far || a.i - b.i)
    .slice(0, USED)
    .map(({ piece }) => piece);
}

function meanOf({ pixels, left, top }: Piece): number[] {
  const sums = [0, 0, 0];
  for (let y = top; y < top + PIECE; y++)
    for (let x = left; x < left + PIECE; x++)
      for (let channel = 0; channel < 3; channel++)
        sums[channel]! += pixels[(y * CIFAR_SIDE + x) * 3 + channel]!;
  return sums.map((sum) => sum / (PIECE * PIECE));
}

interface PlacedPiece {
  readonly piece: Piece;
  readonly mirrored: boolean;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly sums: Float64Array;
  readonly weights: Float64Array;
}

/** Weighs pixels by their distance from the border of the piece, so that no seam is seen. */
function addPiece(placed: PlacedPiece): void {
  const { piece, mirrored, x: left, y: top, scale, width, height, sums, weights } = placed;
  const side = PIECE * scale;
  const window = (value: number) =>
    Math.sin(Math.PI * Math.min(Math.max(value / side, 0), 1)) ** 2 + 1e-6;
  const colour = [0, 0, 0];
  for (let y = Math.max(0, Math.ceil(top)); y < Math.min(height, top + side); y++)
    for (let x = Math.max(0, Math.ceil(left)); x < Math.min(width, left + side); x++) {
      const across = (x + 0.5 - left) / scale;
      const u = piece.left + (mirrored ? PIECE - across : across) - 0.5;
      sampleBicubic(piece.pixels, u, piece.top + (y + 0.5 - top) / scale - 0.5, colour);
      const weight = window(x + 0.5 - left) * window(y + 0.5 - top);
      const at = y * width + x;
      weights[at]! += weight;
      for (let channel = 0; channel < 3; channel++)
        sums[at * 3 + channel]! += weight * colour[channel]!;
    }
}
