/**
 * Colours and signs that a data set may state beside a codec. JPEG XL has RGB alone, and of YCbCr only
 * that of a JPEG file that was recompressed, which its decoder makes RGB. Some writers keep the name
 * YBR_FULL and compress such numbers as if they were RGB, so elsewhere nobody can tell.
 *
 * @source DICOM PS3.5, 8.2.15
 */
import { MOST_XL_PIXELS } from '../codecs/jpeg-xl.ts';
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import type { Layout, Photometric } from './layout.ts';
import type { Compression } from './syntaxes.ts';

const JPEG_2000: readonly Compression[] = ['jpeg-2000'];
const JPEG_XL: readonly Compression[] = ['jpeg-xl-lossless', 'jpeg-xl-from-jpeg', 'jpeg-xl'];

/** Colours of one codec, which undoes them itself. JPEG with 8 bits says by itself what it has. */
const OWN: Partial<Record<Photometric, readonly [name: string, codecs: readonly Compression[]]>> = {
  YBR_RCT: ['JPEG 2000', [...JPEG_2000, 'jpeg']],
  YBR_ICT: ['JPEG 2000', [...JPEG_2000, 'jpeg']],
  XYB: ['JPEG XL', JPEG_XL],
};

/** @throws StudioError `image-damaged`, `image-unsupported`, `image-too-large` */
export function requireColoursOfCodec(
  compression: Compression,
  { photometric, isSigned, width, height }: Layout,
): void {
  const [name, codecs] = OWN[photometric] ?? [];
  if (codecs?.includes(compression) === false)
    throw damagedBy(`it is ${photometric}, which is of ${name} only`);
  if (!JPEG_XL.includes(compression)) return;
  refuseTooLarge(width, height, MOST_XL_PIXELS);
  const isLuma = photometric === 'YBR_FULL' || photometric === 'YBR_FULL_422';
  if (isLuma && compression !== 'jpeg-xl-from-jpeg')
    throw unsupported(`it is ${photometric} in JPEG XL, which has that only of recompressed JPEG`);
  if (isSigned && compression !== 'jpeg-xl-lossless')
    throw unsupported('its numbers are signed, in JPEG XL that may be lossy');
}
