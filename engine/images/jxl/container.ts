/** Containers of JPEG XL. @source ISO/IEC 18181-2, annex A */
import { asBuffer } from '../codecs/jpeg-markers.ts';
import { damagedBy } from '../errors.ts';
import { boxesIn } from '../jp2/boxes.ts';

const SIGNATURE = [0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a];

export function isContainer(head: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => head[i] === byte);
}

/** The codestream of a file, which may be one. @throws StudioError `image-damaged` */
export function codestreamOf(data: Uint8Array): Uint8Array {
  const bytes = asBuffer(data);
  if (!isContainer(bytes)) return bytes;
  const boxes = boxesIn(bytes);
  const whole = boxes.find(({ type }) => type === 'jxlc');
  if (whole !== undefined) return whole.body;
  const parts = boxes.filter(({ type }) => type === 'jxlp').map(({ body }) => body);
  requireAllParts(parts);
  return Buffer.concat(parts.map((body) => body.subarray(PART_HEAD)));
}

const PART_HEAD = 4;
const LAST = 0x80000000;

/** Parts are numbered, and the last one is marked. */
function requireAllParts(parts: readonly Buffer[]): void {
  if (parts.some((body) => body.length < PART_HEAD)) throw damagedBy('one of its boxes is cut');
  const numbers = parts.map((body) => body.readUInt32BE(0));
  const isWhole = numbers.every(
    (number, i) => number === (i === numbers.length - 1 ? LAST + i : i),
  );
  if (numbers.length === 0 || !isWhole) throw damagedBy('parts of its picture are missing');
}
