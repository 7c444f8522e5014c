/** The numbers of a strip or tile. */
import { unsupported } from '../errors.ts';
import type { StoredValues } from '../stored-image.ts';
import type { ChunkShape } from './chunk-shape.ts';
import { decompress, isOfBytes } from './decompress.ts';
import { readNumbersOf, type TiffFile } from './directory.ts';
import { readJpegTables, type TiffPage } from './page.ts';
import { pixelCodecOf } from './pixel-codecs.ts';
import { predictorOf, undoFloatingPoint, undoHorizontal } from './predictor.ts';
import { COMPRESSION_NAMES, PHOTOMETRIC, TAG } from './tags.ts';
import {
  bitsThroughLibtiff,
  type CodedTags,
  decodeThroughLibtiff,
  isThroughLibtiff,
} from './through-libtiff.ts';
import { rowBytesOf, unpack } from './unpack.ts';
import { blockBytes, expandBlocks } from './ycbcr.ts';

/**
 * @param coded bytes of the chunk in the file
 * @returns pixel after pixel
 * @throws StudioError `image-damaged`, `image-unsupported`
 */
export type ChunkDecoder = (coded: Uint8Array, shape: ChunkShape) => Promise<StoredValues>;

/** @throws StudioError `image-unsupported` naming the compression, or what it cannot have */
export function requireDecodable(page: TiffPage): void {
  const { compression, bits, numbers, photometric, isPlanar, samples } = page;
  predictorOf(page);
  if (isThroughLibtiff(compression)) {
    const readable = bitsThroughLibtiff(compression);
    if (bits !== readable || numbers !== 'unsigned' || (!isPlanar && samples > 4))
      throw unsupported(
        `its ${samples} channels of ${bits} bits are compressed by method ${compression}, of which 4 channels of ${readable} bits are read`,
      );
  } else if (!isOfBytes(compression) && pixelCodecOf(compression) === undefined) {
    const method = COMPRESSION_NAMES[compression] ?? 'an unknown method';
    throw unsupported(`it is compressed with ${method} (TIFF compression ${compression})`);
  }
  if (photometric === PHOTOMETRIC.ycbcr && (samples !== 3 || bits !== 8))
    throw unsupported(`its YCbCr colours have ${samples} channels of ${bits} bits`);
  if (isSubsampled(page) && (isPlanar || predictorOf(page) !== 'none'))
    throw unsupported('its YCbCr colours are stored apart, or predicted');
}

/** @throws StudioError `image-damaged` */
export async function openDecoder(file: TiffFile, page: TiffPage): Promise<ChunkDecoder> {
  const codec = pixelCodecOf(page.compression);
  if (codec !== undefined) {
    const [, method = 0] = await readNumbersOf(file, page.directory, TAG.lercParameters);
    return (coded, shape) => codec(coded, shape, page, method);
  }
  if (!isThroughLibtiff(page.compression))
    return (coded, shape) => decodeBytes(file, page, coded, shape);
  const tags = await codedTags(file, page);
  return (coded, shape) => decodeThroughLibtiff(coded, shape, tags);
}

/** Whether colours of YCbCr are stored in blocks of pixels, not pixel after pixel. */
function isSubsampled({ photometric, compression, subsampling: [across, down] }: TiffPage) {
  return photometric === PHOTOMETRIC.ycbcr && isOfBytes(compression) && across * down > 1;
}

/** Bytes of a chunk when it is not compressed. */
export function plainBytes(page: TiffPage, { width, height, channels }: ChunkShape): number {
  return isSubsampled(page)
    ? blockBytes(width, height, page.subsampling)
    : rowBytesOf(width, channels, page.bits) * height;
}

/** Whether some rows of an uncompressed strip can be read by themselves. */
export function hasRows(page: TiffPage): boolean {
  return !page.isTiled && page.compression === 1 && !isSubsampled(page);
}

async function decodeBytes(
  { header: { isLittle } }: TiffFile,
  page: TiffPage,
  coded: Uint8Array,
  shape: ChunkShape,
): Promise<StoredValues> {
  const { bits, compression, isLowBitFirst } = page;
  const bytes = await decompress(coded, compression, plainBytes(page, shape), isLowBitFirst);
  if (isSubsampled(page)) return expandBlocks(bytes, shape.width, shape.height, page.subsampling);
  const rowBytes = rowBytesOf(shape.width, shape.channels, bits);
  const row = { bytes: rowBytes, channels: shape.channels, width: bits / 8 };
  switch (predictorOf(page)) {
    case 'none':
      return unpack(bytes, page, isLittle, shape);
    case 'horizontal':
      undoHorizontal(bytes, row, isLittle);
      return unpack(bytes, page, isLittle, shape);
    case 'floating-point':
      return unpack(undoFloatingPoint(bytes, row), page, false, shape);
  }
}

const PASSED_TAGS = [
  TAG.fillOrder,
  TAG.t4Options,
  TAG.t6Options,
  TAG.ycbcrSubsampling,
  TAG.ycbcrPositioning,
];

async function codedTags(file: TiffFile, page: TiffPage): Promise<CodedTags> {
  const tables = await readJpegTables(file, page);
  const passed = [];
  for (const tag of PASSED_TAGS) {
    const values = await readNumbersOf(file, page.directory, tag);
    if (values.length > 0) passed.push([tag, values] as const);
  }
  return {
    compression: page.compression,
    isYcbcr: page.photometric === PHOTOMETRIC.ycbcr && !page.isPlanar,
    tags: tables === undefined ? passed : [...passed, [TAG.jpegTables, tables]],
  };
}
