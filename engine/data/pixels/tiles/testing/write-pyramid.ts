/**
 * Pyramids of any size that are small on disk: each tile of a level is one of a few compressed ones, to
 * which many offsets point.
 */
import { deflateSync } from 'node:zlib';
import { TAG } from '../../../../images/tiff/tags.ts';

export interface Pyramid {
  readonly width: number;
  readonly height: number;
  /** smaller copies, each of half the sides; 0 for none */
  readonly copies: number;
  /** side of the tiles in the file */
  readonly side: number;
  readonly channels: 1 | 3;
  /** pixel after pixel; a tile of any level */
  readonly contents: readonly Uint8Array[];
  /** which of the contents a tile has, by its place in the picture from 0 to 1 */
  contentAt(x: number, y: number): number;
}

const [SHORT, LONG] = [3, 4];
/** Compression 8 of TIFF. */
const DEFLATE = 8;

export function writePyramid(pyramid: Pyramid): Buffer {
  const { width, height, copies, side, channels, contents, contentAt } = pyramid;
  const pieces: Buffer[] = [Buffer.from('II*\0\0\0\0\0', 'latin1')];
  let end = 8;
  const append = (bytes: Buffer): number => {
    const at = end;
    pieces.push(bytes);
    end += bytes.length;
    return at;
  };
  const coded = contents.map((bytes) => deflateSync(bytes));
  const places = coded.map(append);
  let pointerAt: { readonly piece: number; readonly at: number } = { piece: 0, at: 4 };
  for (let level = 0; level <= copies; level++) {
    const [w, h] = [width, height].map((one) => Math.ceil(one / 2 ** level)) as [number, number];
    const [across, down] = [Math.ceil(w / side), Math.ceil(h / side)];
    const chosen = Array.from({ length: across * down }, (_, i) =>
      contentAt(((i % across) + 0.5) / across, (Math.floor(i / across) + 0.5) / down),
    );
    const many = (values: number[]) => ({
      type: LONG,
      count: values.length,
      value:
        values.length === 1 ? values[0]! : append(Buffer.from(Uint32Array.from(values).buffer)),
    });
    const one = (value: number, type = SHORT) => ({ type, count: 1, value });
    const bits = Buffer.from(Uint16Array.from([8, 8, 8]).buffer);
    const fields = new Map([
      [TAG.subfileType, one(level === 0 ? 0 : 1, LONG)],
      [TAG.width, one(w, LONG)],
      [TAG.height, one(h, LONG)],
      [TAG.bits, channels === 1 ? one(8) : { type: SHORT, count: 3, value: append(bits) }],
      [TAG.compression, one(DEFLATE)],
      [TAG.photometric, one(channels === 1 ? 1 : 2)],
      [TAG.samples, one(channels)],
      [TAG.tileWidth, one(side)],
      [TAG.tileHeight, one(side)],
      [TAG.tileOffsets, many(chosen.map((content) => places[content]!))],
      [TAG.tileLengths, many(chosen.map((content) => coded[content]!.length))],
    ]);
    const directory = Buffer.alloc(2 + 12 * fields.size + 4);
    directory.writeUInt16LE(fields.size);
    [...fields]
      .sort(([a], [b]) => a - b)
      .forEach(([tag, { type, count, value }], i) => {
        const at = 2 + 12 * i;
        directory.writeUInt16LE(tag, at);
        directory.writeUInt16LE(type, at + 2);
        directory.writeUInt32LE(count, at + 4);
        directory.writeUInt32LE(value, at + 8);
      });
    pieces[pointerAt.piece]!.writeUInt32LE(append(directory), pointerAt.at);
    pointerAt = { piece: pieces.length - 1, at: directory.length - 4 };
  }
  return Buffer.concat(pieces);
}

/** A tile of noise about a mean, or of a pattern with noise. */
export function tileContent(
  side: number,
  channels: 1 | 3,
  valueAt: (x: number, y: number, channel: number) => number,
): Uint8Array {
  return Uint8Array.from({ length: side * side * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return valueAt(pixel % side, Math.floor(pixel / side), i % channels);
  });
}
