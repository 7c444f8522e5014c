/** The readers of stored images. A format is added by a line here and its extensions in `extensions.ts`. */

import { DICOM } from './dicom/read-dicom.ts';
import { unsupported } from './errors.ts';
import { HEIF } from './heif/read-heif.ts';
import { JP2 } from './jp2/read-jp2.ts';
import { JXL } from './jxl/read-jxl.ts';
import { NIFTI } from './nifti/read-nifti.ts';
import { NPY } from './npy/read-npy.ts';
import { PNG } from './png/read-png.ts';
import { PNM } from './pnm/read-pnm.ts';
import type { ByteSource, ImageReader, ReadChoices, StoredImage } from './stored-image.ts';
import { TIFF } from './tiff/read-tiff.ts';

const READERS: readonly ImageReader[] = [NPY, DICOM, NIFTI, TIFF, PNG, PNM, HEIF, JP2, JXL];

const HEAD_BYTES = 4096;

export function readerOf(head: Uint8Array): ImageReader | undefined {
  return READERS.find((reader) => reader.recognises(head));
}

/** @throws StudioError `image-damaged`, `image-unsupported`, `image-too-large` */
export async function openStored(source: ByteSource, choices: ReadChoices): Promise<StoredImage> {
  const reader = readerOf(await source.read(0, Math.min(HEAD_BYTES, source.size)));
  if (reader === undefined) throw unsupported('no reader knows its format');
  return reader.open(source, choices);
}
