/**
 * Inspection of a file before it is decoded. Decoders read some files wrongly without an error;
 * these are rejected here, wherever the file is read.
 */
import { StudioError } from '../contract/errors.ts';
import { formatOf, type ImageFormat, unknownFormat } from './formats.ts';
import { withoutTransparency } from './gif.ts';
import { requireReadableJpeg } from './jpeg.ts';
import { withPlainDirectory } from './tiff.ts';
import { requireReadableTiff } from './tiff-support.ts';
import { requireWholeFirstFrame } from './webp.ts';

export interface Inspected {
  readonly format: ImageFormat;
  /** input of the decoder */
  readonly content: Buffer;
  /** stored with 16 bits per sample, which the file may use in part only */
  readonly deep: boolean;
  /** whether the value 0 is white */
  readonly whiteIsZero: boolean;
  /** whether the decoder might give wrong pixels when it shrinks the image */
  readonly onlyWhole: boolean;
  /** a channel that is neither colour nor transparency is dropped */
  readonly extraChannel: boolean;
}

/** @throws StudioError `image-unknown`, `image-unsupported`, `image-damaged` with the reason in `details` */
export function inspectImage(content: Buffer): Inspected {
  const format = formatOf(content);
  const plain = {
    content,
    deep: false,
    whiteIsZero: false,
    onlyWhole: false,
    extraChannel: false,
  };
  switch (format) {
    case undefined: {
      const reason = unknownFormat(content);
      throw new StudioError('image-unknown', `The ${reason}`, { details: { reason } });
    }
    case 'jpeg':
      return { ...plain, format, onlyWhole: requireReadableJpeg(content).lossless };
    case 'tiff': {
      const { bits, ...facts } = requireReadableTiff(content);
      const clean = withPlainDirectory(content);
      return { ...plain, ...facts, format, content: clean, deep: bits === 16 };
    }
    case 'png':
      return { ...plain, format, deep: content[PNG_DEPTH_AT] === 16 };
    case 'gif':
      return { ...plain, format, content: withoutTransparency(content) };
    case 'webp':
      requireWholeFirstFrame(content);
      return { ...plain, format };
    case 'avif':
      return { ...plain, format, content: asStillImage(content) };
    default:
      return { ...plain, format };
  }
}

/**
 * The first image of a sequence is also stored as a still image; the decoder decides by the brand.
 */
function asStillImage(content: Buffer): Buffer {
  if (content.toString('latin1', 8, 12) !== 'avis') return content;
  const changed = Buffer.from(content);
  changed.write('avif', 8, 'latin1');
  return changed;
}

const PNG_DEPTH_AT = 24;
