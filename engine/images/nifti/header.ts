/**
 * Headers of NIfTI-1 and NIfTI-2. Free text (descriptions, names of files and of databases) is not
 * read, since it often names patients.
 *
 * @source nifti1.h and nifti2.h of the NIfTI Data Format Working Group
 */
import { viewOf } from '../byte-view.ts';
import { damagedBy, unsupported } from '../errors.ts';
import type { Line } from '../line.ts';
import type { NumberType } from '../numbers.ts';
import type { ValueRange } from '../stored-image.ts';

export interface NiftiHeader {
  readonly littleEndian: boolean;
  /** of x, y, z and the volumes */
  readonly sizes: readonly [number, number, number, number];
  readonly type: NumberType;
  /** numbers of a voxel, as stored */
  readonly numbers: 1 | 3 | 4;
  readonly dataOffset: number;
  /** undefined where values are as they are stored */
  readonly line?: Line;
  readonly shown?: ValueRange;
}

const TYPES: ReadonlyMap<number, readonly [type: NumberType, numbers: 1 | 3 | 4]> = new Map([
  [2, ['uint8', 1]],
  [4, ['int16', 1]],
  [8, ['int32', 1]],
  [16, ['float32', 1]],
  [64, ['float64', 1]],
  [128, ['uint8', 3]],
  [256, ['int8', 1]],
  [512, ['uint16', 1]],
  [768, ['uint32', 1]],
  [1024, ['int64', 1]],
  [1280, ['uint64', 1]],
  [2304, ['uint8', 4]],
]);

/** Named where they are refused. */
const OTHER_TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'single bits'],
  [32, 'complex numbers'],
  [1536, 'floating point numbers of 128 bits'],
  [1792, 'complex numbers'],
  [2048, 'complex numbers'],
]);

/** Where fields stand. */
interface Places {
  readonly size: number;
  readonly magic: number;
  readonly sizes: number;
  readonly sizeBytes: 2 | 8;
  readonly type: number;
  readonly offset: number;
  /** slope, intercept, and the range that is shown, each as floating point numbers of so many bytes */
  readonly slope: number;
  readonly shownMost: number;
  readonly floatBytes: 4 | 8;
}

const FIRST: Places = {
  size: 348,
  magic: 344,
  sizes: 40,
  sizeBytes: 2,
  type: 70,
  offset: 108,
  slope: 112,
  shownMost: 124,
  floatBytes: 4,
};
const SECOND: Places = {
  size: 540,
  magic: 4,
  sizes: 16,
  sizeBytes: 8,
  type: 12,
  offset: 168,
  slope: 176,
  shownMost: 192,
  floatBytes: 8,
};

export const MOST_HEADER_BYTES = 540;

function kindOf(bytes: Uint8Array): { places: Places; littleEndian: boolean } | undefined {
  if (bytes.length < FIRST.size) return undefined;
  const view = viewOf(bytes);
  for (const places of [FIRST, SECOND])
    for (const littleEndian of [true, false]) {
      if (view.getInt32(0, littleEndian) !== places.size) continue;
      const magic = String.fromCharCode(...bytes.subarray(places.magic, places.magic + 3));
      if (['n+1', 'ni1', 'n+2', 'ni2'].includes(magic)) return { places, littleEndian };
    }
  return undefined;
}

/** @param bytes the first ones, inflated; at least those of a header */
export function isNifti(bytes: Uint8Array): boolean {
  return kindOf(bytes) !== undefined;
}

/** @throws StudioError `image-damaged`, `image-unsupported` */
export function readHeader(bytes: Uint8Array): NiftiHeader {
  const kind = kindOf(bytes);
  if (kind === undefined) throw damagedBy('its header is not one of NIfTI');
  const { places, littleEndian } = kind;
  if (bytes.length < places.size) throw damagedBy('its header is cut');
  const view = viewOf(bytes);
  const float = (at: number) =>
    places.floatBytes === 4 ? view.getFloat32(at, littleEndian) : view.getFloat64(at, littleEndian);
  if (bytes[places.magic + 1] === 'i'.charCodeAt(0))
    throw unsupported('its pixels are in a file of their own (.img): save both as one .nii file');
  const code = view.getInt16(places.type, littleEndian);
  const type = TYPES.get(code);
  if (type === undefined)
    throw unsupported(
      `its values are ${OTHER_TYPES.get(code) ?? 'of a type that NIfTI does not list'}`,
    );
  const offset = places === FIRST ? float(places.offset) : long(view, places.offset, littleEndian);
  const dataOffset = offset === 0 ? places.size + 4 : offset;
  if (!Number.isSafeInteger(dataOffset) || dataOffset < places.size)
    throw damagedBy('its pixels begin at a wrong place');
  const line = { slope: float(places.slope), intercept: float(places.slope + places.floatBytes) };
  const shown = [float(places.shownMost + places.floatBytes), float(places.shownMost)] as const;
  const isScaled = type[1] === 1 && isScaling(line);
  return {
    littleEndian,
    sizes: sizesOf(view, places, littleEndian),
    type: type[0],
    numbers: type[1],
    dataOffset,
    ...(isScaled && { line }),
    ...(shown.every(Number.isFinite) && shown[1] > shown[0] && { shown }),
  };
}

/** A slope of 0 means that values are as they are stored. */
function isScaling({ slope, intercept }: Line): boolean {
  if (slope === 0 || !Number.isFinite(slope)) return false;
  if (!Number.isFinite(intercept)) throw damagedBy('its intercept is not a number');
  return slope !== 1 || intercept !== 0;
}

function sizesOf(view: DataView, { sizes, sizeBytes }: Places, littleEndian: boolean) {
  const at = (i: number) =>
    sizeBytes === 2
      ? view.getInt16(sizes + 2 * i, littleEndian)
      : long(view, sizes + 8 * i, littleEndian);
  const count = at(0);
  if (!(count >= 1 && count <= 7)) throw damagedBy('its number of dimensions is wrong');
  const all = Array.from({ length: 7 }, (_, i) => (i < count ? at(i + 1) : 1));
  if (all.some((size) => !(size >= 1))) throw damagedBy('one of its dimensions is not positive');
  if (all.slice(4).some((size) => size > 1)) throw unsupported('it has more than four dimensions');
  const [x, y, z, volumes] = all as [number, number, number, number];
  if (!Number.isSafeInteger(x * y * z * volumes)) throw damagedBy('its dimensions are too large');
  return [x, y, z, volumes] as const;
}

function long(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigInt64(at, littleEndian));
}
