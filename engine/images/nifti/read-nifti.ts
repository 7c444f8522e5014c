/**
 * NIfTI-1 and NIfTI-2 volumes (.nii, .nii.gz). Slices along an axis are samples, volume after volume.
 * Columns of a slice run along the lower of the other two axes and rows along the higher one, in the
 * stored order: nothing is turned or mirrored to match the directions of the scanner.
 */
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import { rangeOnLine, valuesOnLine } from '../line.ts';
import { bytesPerNumber, rangeOfType, readNumbers, toPlanes } from '../numbers.ts';
import { regionOf } from '../region.ts';
import type { ByteSource, ImageReader, StoredFacts } from '../stored-image.ts';
import { isNifti, MOST_HEADER_BYTES, type NiftiHeader, readHeader } from './header.ts';
import { InflatedSource, inflateHead, isGzip, MOST_KEPT_BYTES } from './inflated.ts';

const HEAD_BYTES = 4096;

export const NIFTI: ImageReader = {
  format: 'nifti',
  recognises: (head) => isNifti(isGzip(head) ? inflateHead(head) : head),

  async open(file, { pixelLimit, axis }) {
    const head = await file.read(0, Math.min(HEAD_BYTES, file.size));
    const isPacked = isGzip(head);
    const header = readHeader((isPacked ? inflateHead(head) : head).subarray(0, MOST_HEADER_BYTES));
    const along = header.sizes[2] === 1 ? 2 : axis;
    const facts = factsOf(header, along);
    const { width, height, channels } = facts;
    refuseTooLarge(width, height, pixelLimit);
    refuseTooLarge(header.sizes[0], header.sizes[1], pixelLimit);
    const end = header.dataOffset + bytesOf(header, header.sizes);
    if (!isPacked && end > file.size) throw damagedBy('the file ends before its picture does');
    if (isPacked && along !== 2 && end > MOST_KEPT_BYTES)
      throw unsupported(
        'it is too large to be read along this axis while it is in gzip: inflate it',
      );
    const source = isPacked ? new InflatedSource(file, end) : file;
    return {
      ...facts,
      levels: [{ width, height }],
      async read(sample, region) {
        const bytes = await sliceOf(source, header, along, sample);
        const order = header.littleEndian ? 'little' : 'big';
        const stored = readNumbers(bytes, header.type, order);
        const planes = toPlanes(stored, header.numbers).subarray(0, channels * width * height);
        const { line } = header;
        const values = line ? valuesOnLine(planes, line, facts.typeRange) : planes;
        return regionOf({ width, height, channels, values }, region);
      },
    };
  },
};

function factsOf({ sizes, type, numbers, line, shown }: NiftiHeader, axis: 0 | 1 | 2): StoredFacts {
  const [width, height] = [0, 1, 2].filter((one) => one !== axis).map((one) => sizes[one]!);
  const range = rangeOfType(type);
  return {
    format: 'nifti',
    width: width!,
    height: height!,
    channels: numbers === 1 ? 1 : 3,
    colours: numbers === 1 ? 'grey' : 'rgb',
    samples: sizes[axis] * sizes[3],
    type,
    bits: 8 * bytesPerNumber(type),
    ...(range && { typeRange: line ? rangeOnLine(range, line) : range }),
    ...(shown && { metadataRanges: [shown] }),
  };
}

function bytesOf({ type, numbers }: NiftiHeader, sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, numbers * bytesPerNumber(type));
}

/** The voxels of a slice, row after row. */
async function sliceOf(
  source: ByteSource,
  header: NiftiHeader,
  axis: 0 | 1 | 2,
  sample: number,
): Promise<Uint8Array> {
  const { sizes, dataOffset } = header;
  const [x, y, z] = sizes;
  const voxel = bytesOf(header, []);
  const plane = x * y * voxel;
  const volume = Math.floor(sample / sizes[axis]);
  const at = sample % sizes[axis];
  const start = dataOffset + volume * z * plane;
  if (axis === 2) return source.read(start + at * plane, plane);
  const rowBytes = (axis === 0 ? y : x) * voxel;
  const slice = new Uint8Array(z * rowBytes);
  for (let k = 0; k < z; k++) {
    const target = slice.subarray(k * rowBytes, (k + 1) * rowBytes);
    if (axis === 1) {
      target.set(await source.read(start + k * plane + at * rowBytes, rowBytes));
      continue;
    }
    const bytes = await source.read(start + k * plane, plane);
    for (let j = 0; j < y; j++) {
      const from = (j * x + at) * voxel;
      target.set(bytes.subarray(from, from + voxel), j * voxel);
    }
  }
  return slice;
}
