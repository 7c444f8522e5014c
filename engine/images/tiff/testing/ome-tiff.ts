/** OME-TIFF files for tests: one page of 16 bits for each channel, little-endian. */
import { TAG } from '../tags.ts';

const [SHORT, LONG, TEXT] = [3, 4, 2];
const FIELD_BYTES = 12;
const PAGE_AT = 8;

/** @param values [C, H, W] */
export function omeTiff(values: Uint16Array, [channels, height, width]: [number, number, number]) {
  const text = Buffer.from(
    `<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels DimensionOrder="XYCZT" Type="uint16" SizeX="${width}" SizeY="${height}" SizeC="${channels}" SizeZ="1" SizeT="1"><TiffData/></Pixels></Image></OME>\0`,
  );
  const planeBytes = 2 * width * height;
  const pixels = Buffer.from(values.buffer, values.byteOffset, channels * planeBytes);
  const textAt = PAGE_AT + pixels.length;
  let at = textAt + text.length + (text.length % 2);
  const pieces: Buffer[] = [head(at), pixels, text, Buffer.alloc(text.length % 2)];
  for (let channel = 0; channel < channels; channel++) {
    const fields: [tag: number, type: number, count: number, value: number][] = [
      [TAG.width, LONG, 1, width],
      [TAG.height, LONG, 1, height],
      [TAG.bits, SHORT, 1, 16],
      [TAG.compression, SHORT, 1, 1],
      [TAG.photometric, SHORT, 1, 1],
      ...(channel === 0
        ? ([[TAG.description, TEXT, text.length, textAt]] as [number, number, number, number][])
        : []),
      [TAG.stripOffsets, LONG, 1, PAGE_AT + channel * planeBytes],
      [TAG.samples, SHORT, 1, 1],
      [TAG.rowsPerStrip, LONG, 1, height],
      [TAG.stripLengths, LONG, 1, planeBytes],
    ];
    const page = Buffer.alloc(2 + FIELD_BYTES * fields.length + 4);
    page.writeUInt16LE(fields.length);
    for (const [i, [tag, type, count, value]] of fields.entries()) {
      const field = 2 + FIELD_BYTES * i;
      page.writeUInt16LE(tag, field);
      page.writeUInt16LE(type, field + 2);
      page.writeUInt32LE(count, field + 4);
      page.writeUInt32LE(value, field + 8);
    }
    at += page.length;
    if (channel < channels - 1) page.writeUInt32LE(at, page.length - 4);
    pieces.push(page);
  }
  return Buffer.concat(pieces);
}

function head(firstPage: number): Buffer {
  const bytes = Buffer.alloc(PAGE_AT);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(firstPage, 4);
  return bytes;
}
