/**
 * Lossless JPEG with Huffman codes (process 14, any predictor), 2 to 16 bits.
 *
 * @source ITU-T T.81, annex H
 */
import { damagedBy, unsupported } from '../errors.ts';
import { type Decoded, type Expected, requireExpected } from './decoded.ts';
import { type HuffmanTable, readHuffmanTables, ScanBits } from './huffman.ts';
import { asBuffer, type JpegFrame, MARKER, nextSegment, readJpegFrame } from './jpeg-markers.ts';

interface Scan {
  /** of the components that lie in the scan: position in the frame, and codes */
  readonly parts: readonly { readonly channel: number; readonly table: HuffmanTable }[];
  readonly predictor: number;
  /** bits by which values were shifted down */
  readonly shift: number;
}

/** @throws StudioError `image-damaged`, `image-unsupported` */
export function decodeJpegLossless(data: Uint8Array, expected: Expected): Decoded {
  const bytes = asBuffer(data);
  const frame = readJpegFrame(bytes);
  const { marker, width, height, bits, components } = frame;
  const channels = components.length;
  requireExpected({ width, height, channels }, expected);
  if (marker !== MARKER.lossless)
    throw unsupported('its coding is another than lossless JPEG with Huffman codes');
  if (bits < 2 || bits > 16) throw damagedBy(`its JPEG values have ${bits} bits`);
  if (components.some(({ sampling }) => sampling !== components[0]!.sampling))
    throw unsupported('it is lossless JPEG with components of different sizes');
  const Numbers = bits > 8 ? Uint16Array : Uint8Array;
  const values = new Numbers(width * height * channels);
  readScans(bytes, frame, values);
  return { width, height, channels, bits, isSigned: false, values };
}

function readScans(bytes: Buffer, frame: JpegFrame, values: Uint16Array | Uint8Array): void {
  const tables = new Map<number, HuffmanTable>();
  const missing = new Set(frame.components.map((_, channel) => channel));
  let interval = 0;
  for (let at = 2; missing.size > 0; ) {
    const segment = nextSegment(bytes, at);
    if (segment === undefined) throw damagedBy('its JPEG data end too early');
    const { marker, body, next } = segment;
    at = next;
    if (marker === MARKER.tables) readHuffmanTables(body, tables);
    if (marker === MARKER.restart && body.length >= 2) interval = body.readUInt16BE(0);
    if (marker !== MARKER.scan) continue;
    const scan = scanOf(body, frame, tables);
    if (interval % frame.width !== 0) throw damagedBy('its JPEG data restart within a row');
    at = readScan(new ScanBits(bytes, at), frame, scan, values, interval / frame.width);
    for (const { channel } of scan.parts)
      if (!missing.delete(channel)) throw damagedBy('its JPEG data have a component twice');
  }
}

function scanOf(body: Buffer, { components, bits }: JpegFrame, tables: Map<number, HuffmanTable>) {
  const count = body[0] ?? 0;
  if (count === 0 || count > components.length || body.length < 4 + 2 * count)
    throw damagedBy('its JPEG scan is wrong');
  const parts = Array.from({ length: count }, (_, i) => {
    const channel = components.findIndex(({ id }) => id === body[1 + 2 * i]);
    const table = tables.get(body[2 + 2 * i]! >> 4);
    if (channel < 0 || table === undefined) throw damagedBy('its JPEG scan is wrong');
    return { channel, table };
  });
  const predictor = body[1 + 2 * count]!;
  const shift = body[3 + 2 * count]! & 15;
  if (predictor < 1 || predictor > 7 || shift >= bits) throw damagedBy('its JPEG scan is wrong');
  return { parts, predictor, shift };
}

/** @param restartRows rows between restarts; 0 for none @returns position after the scan */
function readScan(
  input: ScanBits,
  { width, height, bits }: JpegFrame,
  { parts, predictor, shift }: Scan,
  values: Uint16Array | Uint8Array,
  restartRows: number,
): number {
  const start = 1 << (bits - shift - 1);
  // Values stay unshifted until the end, since predictions are of unshifted ones.
  for (let y = 0; y < height; y++) {
    const isFirst = restartRows > 0 ? y % restartRows === 0 : y === 0;
    if (isFirst && y > 0) input.restart((y / restartRows - 1) & 7);
    for (let x = 0; x < width; x++)
      for (const { channel, table } of parts) {
        const at = (channel * height + y) * width + x;
        const size = input.symbol(table);
        if (size > 16) throw damagedBy('its JPEG data have an unknown code');
        const difference = size === 16 ? 32_768 : input.difference(size);
        const expected = predicted(values, at, x, width, isFirst, predictor, start);
        values[at] = (expected + difference) & 0xffff;
      }
  }
  if (shift > 0)
    for (const { channel } of parts) {
      const plane = values.subarray(channel * height * width, (channel + 1) * height * width);
      for (let i = 0; i < plane.length; i++) plane[i] = plane[i]! << shift;
    }
  return input.position;
}

function predicted(
  values: Uint16Array | Uint8Array,
  at: number,
  x: number,
  width: number,
  isFirstRow: boolean,
  predictor: number,
  start: number,
): number {
  if (isFirstRow) return x === 0 ? start : values[at - 1]!;
  const above = values[at - width]!;
  if (x === 0) return above;
  const left = values[at - 1]!;
  const corner = values[at - width - 1]!;
  switch (predictor) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return corner;
    case 4:
      return left + above - corner;
    case 5:
      return left + ((above - corner) >> 1);
    case 6:
      return above + ((left - corner) >> 1);
    default:
      return (left + above) >> 1;
  }
}
