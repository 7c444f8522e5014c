/** Numbers of tags and of their values that the reader of TIFF files knows. */
export const TAG = {
  subfileType: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  description: 270,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripLengths: 279,
  lowest: 280,
  highest: 281,
  planar: 284,
  t4Options: 292,
  t6Options: 293,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileLengths: 325,
  subDirectories: 330,
  inkSet: 332,
  extraSamples: 338,
  sampleFormat: 339,
  lowestShown: 340,
  highestShown: 341,
  jpegTables: 347,
  ycbcrCoefficients: 529,
  ycbcrSubsampling: 530,
  ycbcrPositioning: 531,
  referenceBlackWhite: 532,
  gdalMetadata: 42112,
  gdalNoData: 42113,
  lercParameters: 50674,
} as const;

export const PHOTOMETRIC = {
  whiteIsZero: 0,
  blackIsZero: 1,
  rgb: 2,
  palette: 3,
  separated: 5,
  ycbcr: 6,
} as const;

export const COMPRESSION = {
  none: 1,
  ccittRle: 2,
  ccittT4: 3,
  ccittT6: 4,
  lzw: 5,
  jpeg: 7,
  deflate: 8,
  oldDeflate: 32946,
  packBits: 32773,
  lerc: 34887,
  lzma: 34925,
  zstd: 50000,
  oldZstd: 34926,
  webp: 50001,
} as const;

/** JPEG 2000 of Aperio with colours of YCbCr. */
export const APERIO_YCBCR = 33003;
export const JPEG_2000: ReadonlySet<number> = new Set([APERIO_YCBCR, 33005, 34712]);
/** Of libtiff and of DNG. */
export const JPEG_XL: ReadonlySet<number> = new Set([50002, 52546]);

/** Compressions by number, as people call them. */
export const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  22610: 'JPEG XR',
  32766: 'NeXT RLE',
  32771: 'CCITT RLE in words',
  32809: 'ThunderScan',
  32895: 'CT line work',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34661: 'JBIG',
  34676: 'SGILog',
  34677: 'SGILog24',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy JPEG of DNG',
  34925: 'LZMA',
  34926: 'ZSTD',
  34927: 'WebP',
  34933: 'PNG',
  34934: 'JPEG XR',
  50000: 'ZSTD',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
  65000: 'EER',
};

/** Kinds of colours that are not read, by number. */
export const COLOUR_NAMES: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  8: 'CIE L*a*b* colours',
  9: 'ICC L*a*b* colours',
  10: 'ITU L*a*b* colours',
  32803: 'the raw pixels of a camera',
  32844: 'CIE Log L values',
  32845: 'CIE Log Luv values',
  34892: 'the linear raw pixels of a camera',
};
