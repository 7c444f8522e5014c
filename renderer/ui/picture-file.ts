/** The endings of files with images, for dialogs of the system, which know one part of an ending. */
export const PICTURE_EXTENSIONS = [
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'webp', 'tif', 'tiff', 'gif', 'avif', 'avifs', 'bmp'],
  ...['dib', 'heic', 'heif', 'hif', 'heics', 'heifs', 'jxl', 'jp2', 'j2k', 'j2c', 'jpx', 'jpf'],
  ...['svs', 'btf', 'tf8', 'dcm', 'dicom', 'dic', 'nii', 'gz', 'npy'],
  ...['pbm', 'pgm', 'ppm', 'pnm', 'pam', 'pfm'],
] as const;

/** Of a field for one image. */
export const PICTURE_FILE = { title: 'Images', extensions: PICTURE_EXTENSIONS } as const;
