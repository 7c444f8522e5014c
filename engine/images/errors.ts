/** Errors about the content of an image. The reason in `details` completes "The …" and lists. */
import { StudioError } from '../contract/errors.ts';

/** What can be done about an image that is too large: a clause for its reason, and advice. */
interface Remedy {
  readonly clause: string;
  readonly advice: string;
}

const AS_TILES: Remedy = {
  clause: 'save a smaller copy, or a TIFF file with tiles',
  advice:
    'TIFF files with tiles and smaller copies are read tile by tile, at any size: vips tiffsave IN OUT.tif --tile --pyramid --compression deflate',
};

const AS_ONE_PAGE: Remedy = {
  clause: 'save a smaller copy, or one page a file, which is read as tiles unless tiles=off',
  advice: 'TIFF files of one page are divided into tiles with tiles=auto, or a size such as 512.',
};

/** Maps of pixels are read whole, as are their images. */
const AS_SMALLER: Remedy = {
  clause: 'save smaller copies of the image and its mask',
  advice: 'Cut the image and its mask into parts, or save smaller copies of both.',
};

/** @throws StudioError `image-too-large` naming size and limit, and what can be done */
export function refuseTooLarge(
  width: number,
  height: number,
  pixelLimit: number,
  kind: 'image' | 'tiff' | 'mask' = 'image',
): void {
  if (width * height <= pixelLimit) return;
  const { clause, advice } = { image: AS_TILES, tiff: AS_ONE_PAGE, mask: AS_SMALLER }[kind];
  const reason = `image has more pixels than the limit allows: ${width} x ${height}, the limit is ${pixelLimit}; ${clause}`;
  throw new StudioError('image-too-large', `The ${reason}`, { advice, details: { reason } });
}

/** @param how a clause about the file, such as "the file ends before its picture does" */
export function damagedBy(how: string, cause?: unknown): StudioError {
  const reason = `image is damaged: ${how}`;
  return new StudioError('image-damaged', `The ${reason}`, { details: { reason }, cause });
}

/** @param what a clause about the file, such as "it is compressed with ZSTD" */
export function unsupported(what: string): StudioError {
  const reason = `image is of a kind that is not supported: ${what}`;
  return new StudioError('image-unsupported', `The ${reason}`, {
    advice: 'Save it as PNG with 8 bits a channel.',
    details: { reason },
  });
}
