/**
 * JPEG with Huffman codes and 12 bits, one component (process 4 of extended sequential JPEG), which
 * the decoder of sharp does not take. Values are those of libjpeg's accurate integer transform.
 *
 * @source ITU-T T.81, annexes A, B and F
 */
import { damagedBy, unsupported } from '../errors.ts';
import { type Decoded, type Expected, requireExpected } from './decoded.ts';
import { type HuffmanTable, readHuffmanTables, ScanBits } from './huffman.ts';
import { inverseTransform } from './inverse-transform.ts';
import { asBuffer, type JpegFrame, MARKER, nextSegment, readJpegFrame } from './jpeg-markers.ts';

const BITS = 12;
const [SIDE, BLOCK] = [8, 64];
const [QUANTISATION, HIGHEST] = [0xdb, 2 ** BITS - 1];

/** The places of coefficients in a block, in the order in which they are coded. */
const ZIGZAG = zigzag();

interface Tables {
  readonly codes: Map<number, HuffmanTable>;
  readonly steps: Map<number, Float64Array>;
}

/** @throws StudioError `image-damaged`, `image-unsupported` */
export function decodeJpegExtended(data: Uint8Array, expected: Expected): Decoded {
  const bytes = asBuffer(data);
  const frame = readJpegFrame(bytes);
  const { marker, width, height, components, bits } = frame;
  requireExpected({ width, height, channels: components.length }, expected);
  if (marker !== MARKER.extended) throw unsupported(`it is a rare kind of JPEG with ${bits} bits`);
  if (bits !== BITS) throw damagedBy(`its JPEG values have ${bits} bits`);
  if (components.length !== 1)
    throw unsupported(`it is JPEG with ${bits} bits and ${components.length} components`);
  const tables: Tables = { codes: new Map(), steps: new Map() };
  let interval = 0;
  for (let at = 2; ; ) {
    const segment = nextSegment(bytes, at);
    if (segment === undefined) throw damagedBy('its JPEG data end too early');
    const { marker: kind, body, next } = segment;
    at = next;
    if (kind === MARKER.tables) readHuffmanTables(body, tables.codes);
    if (kind === QUANTISATION) readSteps(body, tables.steps);
    if (kind === MARKER.restart && body.length >= 2) interval = body.readUInt16BE(0);
    if (kind !== MARKER.scan) continue;
    const values = readScan(new ScanBits(bytes, at), frame, scanOf(body, frame, tables), interval);
    return { width, height, channels: 1, bits, isSigned: false, values };
  }
}

function readSteps(body: Buffer, steps: Map<number, Float64Array>): void {
  for (let at = 0; at < body.length; ) {
    const [width, number] = [body[at]! >> 4 === 0 ? 1 : 2, body[at]! & 15];
    at++;
    if (at + width * BLOCK > body.length) throw damagedBy('its quantisation table is cut');
    const table = new Float64Array(BLOCK);
    for (let i = 0; i < BLOCK; i++, at += width) table[ZIGZAG[i]!] = body.readUIntBE(at, width);
    steps.set(number, table);
  }
}

interface Scan {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  readonly steps: Float64Array;
}

function scanOf(body: Buffer, { components }: JpegFrame, { codes, steps }: Tables): Scan {
  const [component] = components;
  if (body.length < 6 || body[0] !== 1 || body[1] !== component!.id)
    throw damagedBy('its JPEG scan is wrong');
  const [dc, ac] = [codes.get(body[2]! >> 4), codes.get(16 | (body[2]! & 15))];
  const table = steps.get(component!.quantisation);
  if (dc === undefined || ac === undefined || table === undefined)
    throw damagedBy('its JPEG data lack a table');
  return { dc, ac, steps: table };
}

/** @param interval blocks between restarts; 0 for none */
function readScan(
  input: ScanBits,
  { width, height }: JpegFrame,
  { dc, ac, steps }: Scan,
  interval: number,
): Uint16Array {
  const values = new Uint16Array(width * height);
  const [across, down] = [Math.ceil(width / SIDE), Math.ceil(height / SIDE)];
  const block = new Float64Array(BLOCK);
  let last = 0;
  for (let number = 0; number < across * down; number++) {
    if (interval > 0 && number > 0 && number % interval === 0) {
      input.restart((number / interval - 1) & 7);
      last = 0;
    }
    last = readBlock(input, dc, ac, last, block);
    for (let i = 0; i < BLOCK; i++) block[i] = block[i]! * steps[i]!;
    inverseTransform(block);
    const [left, top] = [SIDE * (number % across), SIDE * Math.floor(number / across)];
    const [columns, rows] = [Math.min(SIDE, width - left), Math.min(SIDE, height - top)];
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        const value = block[SIDE * y + x]! + (HIGHEST + 1) / 2;
        values[(top + y) * width + left + x] = value < 0 ? 0 : value > HIGHEST ? HIGHEST : value;
      }
  }
  return values;
}

/** @param last coefficient of the mean of the block before @returns that of this one */
function readBlock(
  input: ScanBits,
  dc: HuffmanTable,
  ac: HuffmanTable,
  last: number,
  block: Float64Array,
): number {
  block.fill(0);
  const size = input.symbol(dc);
  if (size > 15) throw damagedBy('its JPEG data have an unknown code');
  block[0] = last + input.difference(size);
  for (let i = 1; i < BLOCK; i++) {
    const symbol = input.symbol(ac);
    const [zeros, bits] = [symbol >> 4, symbol & 15];
    if (bits === 0) {
      if (zeros !== 15) break;
      i += 15;
      continue;
    }
    i += zeros;
    if (i >= BLOCK) throw damagedBy('its JPEG data have too many coefficients');
    block[ZIGZAG[i]!] = input.difference(bits);
  }
  return block[0];
}

function zigzag(): Uint8Array {
  const places: number[] = [];
  for (let diagonal = 0; diagonal < 2 * SIDE - 1; diagonal++)
    for (let i = 0; i <= diagonal; i++) {
      const [y, x] = diagonal % 2 === 0 ? [diagonal - i, i] : [i, diagonal - i];
      if (x < SIDE && y < SIDE) places.push(SIDE * y + x);
    }
  return Uint8Array.from(places);
}
