/**
 * The readers of stored images. A format is added by a line here and its extensions in `extensions.ts`.
 *
 * Large readers are loaded when a first file of theirs is opened, since every thread that reads images loads
 * its own, and few folders have files of more than one or two of these formats.
 */
import { isDicom } from './dicom/recognise.ts';
import { unsupported } from './errors.ts';
import { heifCodec } from './heif/brands.ts';
import { isJp2 } from './jp2/recognise.ts';
import { isContainer } from './jxl/container.ts';
import { isCodestream } from './jxl/header.ts';
import { NIFTI } from './nifti/read-nifti.ts';
import { NPY } from './npy/read-npy.ts';
import { PNG } from './png/read-png.ts';
import { PNM } from './pnm/read-pnm.ts';
import type {
  ByteSource,
  ImageReader,
  OpenImage,
  ReadChoices,
  StoredImage,
} from './stored-image.ts';
import { isTiffHead } from './tiff/directory.ts';

const READERS: readonly ImageReader[] = [
  NPY,
  {
    format: 'dicom',
    recognises: isDicom,
    open: loaded(async () => (await import('./dicom/read-dicom.ts')).openDicom),
  },
  NIFTI,
  {
    format: 'tiff',
    readsRegions: true,
    recognises: isTiffHead,
    open: loaded(async () => (await import('./tiff/read-tiff.ts')).openTiff),
  },
  PNG,
  PNM,
  {
    format: 'heic',
    recognises: (head) => heifCodec(head) === 'other',
    open: loaded(async () => (await import('./heif/read-heif.ts')).openHeif),
  },
  {
    format: 'jpeg-2000',
    recognises: isJp2,
    open: loaded(async () => (await import('./jp2/read-jp2.ts')).openJp2),
  },
  {
    format: 'jpeg-xl',
    recognises: (head) => isCodestream(head) || isContainer(head),
    open: loaded(async () => (await import('./jxl/read-jxl.ts')).openJxl),
  },
];

/** Opens files by what is loaded for the first one. */
function loaded(load: () => Promise<OpenImage>): OpenImage {
  return async (source, choices) => (await load())(source, choices);
}

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
