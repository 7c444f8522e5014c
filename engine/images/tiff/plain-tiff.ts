/** A TIFF file of one strip, little-endian, for a decoder that takes files only. */
import { TAG } from './tags.ts';

/** Values of 32 bits, or bytes as they are. */
export type PlainTag = readonly [tag: number, values: readonly number[] | Uint8Array];

const [BYTES, LONG] = [7, 4];
/** Tags whose readers take 16 bits only. */
const SHORTS: ReadonlySet<number> = new Set([
  TAG.bits,
  TAG.compression,
  TAG.photometric,
  TAG.fillOrder,
  TAG.samples,
  TAG.extraSamples,
  TAG.ycbcrSubsampling,
  TAG.ycbcrPositioning,
]);
const SHORT = 3;

/** @param tags without those of the strip; of repeated tags the last one counts */
export function writePlainTiff(strip: Uint8Array, tags: readonly PlainTag[]): Uint8Array {
  const height = tags.find(([tag]) => tag === TAG.height)![1];
  const stripAt = 8;
  const all = new Map<number, readonly number[] | Uint8Array>([
    ...tags,
    [TAG.stripOffsets, [stripAt]],
    [TAG.rowsPerStrip, height],
    [TAG.stripLengths, [strip.length]],
  ]);
  const start = stripAt + strip.length + (strip.length % 2);
  const directoryBytes = 2 + 12 * all.size + 4;
  const fields = [...all]
    .sort(([a], [b]) => a - b)
    .map(([tag, values]) => ({ tag, count: values.length, ...encode(tag, values) }));
  const valueBytes = fields.reduce((sum, { bytes }) => sum + evenLength(bytes), 0);
  const file = Buffer.alloc(start + directoryBytes + valueBytes);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(start, 4);
  file.set(strip, stripAt);
  file.writeUInt16LE(fields.length, start);
  let valuesAt = start + directoryBytes;
  fields.forEach(({ tag, type, count, bytes }, i) => {
    const at = start + 2 + 12 * i;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    if (bytes.length <= 4) file.set(bytes, at + 8);
    else {
      file.writeUInt32LE(valuesAt, at + 8);
      file.set(bytes, valuesAt);
      valuesAt += evenLength(bytes);
    }
  });
  return file;
}

function encode(tag: number, values: readonly number[] | Uint8Array) {
  if (values instanceof Uint8Array) return { type: BYTES, bytes: values };
  const type = SHORTS.has(tag) ? SHORT : LONG;
  const width = type === SHORT ? 2 : 4;
  const bytes = Buffer.alloc(width * values.length);
  values.forEach((value, i) => {
    bytes.writeUIntLE(value, width * i, width);
  });
  return { type, bytes };
}

function evenLength({ length }: Uint8Array): number {
  return length + (length % 2);
}
