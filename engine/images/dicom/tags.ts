/**
 * The elements that are read. All others, such as those of patients, places, dates and instances,
 * are skipped: their values are never taken out of the file.
 *
 * @source DICOM PS3.6, chapter 6
 */
export const TAG = {
  transferSyntax: 0x00020010,
  class: 0x00080016,
  samplesPerPixel: 0x00280002,
  photometric: 0x00280004,
  planar: 0x00280006,
  frames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  bitsAllocated: 0x00280100,
  bitsStored: 0x00280101,
  highBit: 0x00280102,
  signed: 0x00280103,
  padding: 0x00280120,
  paddingLimit: 0x00280121,
  windowCentre: 0x00281050,
  windowWidth: 0x00281051,
  intercept: 0x00281052,
  slope: 0x00281053,
  windowFunction: 0x00281056,
  redDescriptor: 0x00281101,
  greenDescriptor: 0x00281102,
  blueDescriptor: 0x00281103,
  redTable: 0x00281201,
  greenTable: 0x00281202,
  blueTable: 0x00281203,
  redSegments: 0x00281221,
  modalityTables: 0x00283000,
  tableDescriptor: 0x00283002,
  tableData: 0x00283006,
  frameWindow: 0x00289132,
  frameRescale: 0x00289145,
  sharedGroups: 0x52009229,
  frameGroups: 0x52009230,
  frameOffsets: 0x7fe00001,
  frameLengths: 0x7fe00002,
  floatPixels: 0x7fe00008,
  doublePixels: 0x7fe00009,
  pixels: 0x7fe00010,
} as const;

/** Elements whose values are read. */
export const VALUES: ReadonlySet<number> = new Set(Object.values(TAG));

/** Sequences whose items are read. */
export const SEQUENCES: ReadonlySet<number> = new Set([
  TAG.modalityTables,
  TAG.frameWindow,
  TAG.frameRescale,
  TAG.sharedGroups,
  TAG.frameGroups,
]);

export const PIXEL_TAGS: ReadonlySet<number> = new Set([
  TAG.pixels,
  TAG.floatPixels,
  TAG.doublePixels,
]);

/** Types whose length has 32 bits in explicit data sets. */
export const LONG_TYPES: ReadonlySet<string> = new Set(
  'OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '),
);

export const TYPES: ReadonlySet<string> = new Set([
  ...LONG_TYPES,
  ...'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '),
]);
