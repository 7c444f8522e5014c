/**
 * Inspection of a file before it is decoded. Decoders read some files wrongly without an error;
 * these are rejected here, wherever the file is read.
 */
import { StudioError } from '../../contract/errors.ts';
import { damagedBy, unsupported } from '../../images/errors.ts';
import { formatOf, type ImageFormat } from '../sources/formats.ts';
import { withoutTransparency } from './gif.ts';
import { withPlainDirectory } from './tiff.ts';
import { requireReadableTiff } from './tiff-support.ts';

export interface Inspected {
  readonly format: ImageFormat;
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
      const reason = 'content is not of a known image format';
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

/** The first image of a sequence is also a still image; the decoder decides by the brand. */
function asStillImage(content: Buffer): Buffer {
  if (content.toString('latin1', 8, 12) !== 'avis') return content;
  const changed = Buffer.from(content);
  changed.write('avif', 8, 'latin1');
  return changed;
}

const PNG_DEPTH_AT = 24;

// The first frame of an animated WebP file. @source WebP Container Specification (Google)

const FIRST_CHUNK = 12;
const ANIMATED = 0x02;

/** @throws StudioError `image-unsupported` when the first frame does not cover the picture */
function requireWholeFirstFrame(content: Buffer): void {
  const name = (at: number) => content.toString('latin1', at, at + 4);
  if (name(FIRST_CHUNK) !== 'VP8X' || content.length < FIRST_CHUNK + 18) return;
  if ((content[FIRST_CHUNK + 8]! & ANIMATED) === 0) return;
  const size = (at: number) => content.readUIntLE(at, 3) + 1;
  const [width, height] = [size(FIRST_CHUNK + 12), size(FIRST_CHUNK + 15)];
  for (let at = FIRST_CHUNK; at + 24 <= content.length; ) {
    if (name(at) === 'ANMF') {
      if (size(at + 14) < width || size(at + 17) < height)
        throw unsupported('its first frame leaves a part of the picture open');
      return;
    }
    const bytes = content.readUInt32LE(at + 4);
    at += 8 + bytes + (bytes % 2);
  }
}

// The coding of a JPEG file, from its frame header. @source ITU-T T.81, annex B

const [START_OF_SCAN, END_OF_IMAGE] = [0xda, 0xd9];
/** Supported frames: baseline, extended, progressive, lossless; the last two also arithmetic. */
const READ_FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca]);
const LOSSLESS = 0xc3;
/** Other markers in that range: Huffman tables, an extension, arithmetic conditioning. */
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);
const JPEG_LS = 0xf7;

/**
 * @returns whether the image is coded without loss, so that the decoder cannot shrink it
 * @throws StudioError `image-unsupported`, `image-damaged`
 */
function requireReadableJpeg(bytes: Uint8Array): { readonly lossless: boolean } {
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1]!;
    const standsAlone = marker <= 0x01 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd8);
    if (standsAlone) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) break;
    if (marker === JPEG_LS) throw unsupported('it is a JPEG-LS file');
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker)) {
      if (!READ_FRAMES.has(marker)) throw unsupported('its coding is of a rare kind of JPEG');
      const bits = bytes[at + 4]!;
      if (bits !== 8) throw unsupported(`its values have ${bits} bits; of JPEG files 8 are read`);
      return { lossless: marker === LOSSLESS };
    }
    at += 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
  }
  throw damagedBy('it has no picture');
}
