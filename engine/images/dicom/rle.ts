/** Frames in run lengths: one segment for each byte of each sample. @source DICOM PS3.5, annex G */
import { unpackBits } from '../codecs/pack-bits.ts';
import { damagedBy } from '../errors.ts';
import type { StoredValues } from '../stored-image.ts';
import { numbersOf } from './bits.ts';
import type { Layout } from './layout.ts';

const HEADER_BYTES = 64;

/** @returns planes of the stored numbers @throws StudioError `image-damaged` */
export function decodeRle(data: Uint8Array, layout: Layout): StoredValues {
  const { width, height, samples, bitsAllocated } = layout;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const width8 = bitsAllocated / 8;
  const segments = samples * width8;
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== segments)
    throw damagedBy(`its run-length data do not have ${segments} parts`);
  const starts = Array.from({ length: segments }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
  const plane = width * height;
  const interleaved = new Uint8Array(plane * segments);
  const part = new Uint8Array(plane);
  starts.forEach((start, i) => {
    const end = starts[i + 1] ?? bytes.length;
    if (start < HEADER_BYTES || end < start || end > bytes.length)
      throw damagedBy('the parts of its run-length data are at wrong places');
    unpackBits(bytes.subarray(start, end), part);
    if (width8 === 1) {
      interleaved.set(part, i * plane);
      return;
    }
    // The highest byte of a number comes first.
    const from = Math.floor(i / width8) * plane * width8 + (width8 - 1 - (i % width8));
    for (let k = 0, at = from; k < plane; k++, at += width8) interleaved[at] = part[k]!;
  });
  return numbersOf(interleaved, layout, true);
}
