/**
 * Extensions of names by format, apart from the readers, whose native modules not every process may
 * load. The content decides which reader is used.
 */

/** In lower case, without a dot; they may have two parts. */
export const STORED_EXTENSIONS = {
  npy: ['npy'],
  dicom: ['dcm', 'dicom', 'dic'],
  nifti: ['nii', 'nii.gz'],
  // Whole slides of Aperio are TIFF files, as BigTIFF files of any name are.
  tiff: ['tif', 'tiff', 'svs', 'btf', 'tf8'],
  png: ['png'],
  pnm: ['pbm', 'pgm', 'ppm', 'pnm', 'pam', 'pfm'],
  heic: ['heic', 'heif', 'hif', 'heics', 'heifs'],
  'jpeg-2000': ['jp2', 'j2k', 'j2c', 'jpx', 'jpf'],
  'jpeg-xl': ['jxl'],
} as const;
