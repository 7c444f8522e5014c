/** Files of one page of 8 bits in grey or RGB, which decoders of bytes read as it is; by the directory alone. */
import type { ByteSource } from '../stored-image.ts';
import { readHeader, type TiffFile } from './directory.ts';
import { readPage, type TiffPage } from './page.ts';
import { readPictures } from './pictures.ts';
import { readingAhead } from './read-ahead.ts';
import { COMPRESSION, PHOTOMETRIC } from './tags.ts';

export type PlainPage = Pick<TiffPage, 'width' | 'height' | 'orientation'>;

const COMPRESSIONS: ReadonlySet<number> = new Set([
  COMPRESSION.none,
  COMPRESSION.lzw,
  COMPRESSION.deflate,
  COMPRESSION.oldDeflate,
  COMPRESSION.packBits,
]);

/** @returns undefined for any other file @throws StudioError `image-damaged`, `image-unsupported` */
export async function readPlainPage(given: ByteSource): Promise<PlainPage | undefined> {
  const source = readingAhead(given);
  const file: TiffFile = { source, header: await readHeader(source) };
  const [picture, ...others] = await readPictures(file);
  if (picture === undefined || others.length > 0) return undefined;
  const page = await readPage(file, picture.page);
  const { photometric, samples, bits, numbers, extraSamples, isPlanar, predictor } = page;
  const isGrey = photometric === PHOTOMETRIC.blackIsZero && samples === 1;
  const isRgb = photometric === PHOTOMETRIC.rgb && samples === 3;
  const isPlain =
    (isGrey || isRgb) &&
    bits === 8 &&
    numbers === 'unsigned' &&
    extraSamples.length === 0 &&
    !isPlanar &&
    predictor <= 2 &&
    COMPRESSIONS.has(page.compression);
  return isPlain ? page : undefined;
}
