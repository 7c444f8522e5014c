/** The twelve numbers of COCO; `AR1` and `AR10` regard so many detections of a class in an image. */
export const COCO_SCORES = [
  'AP',
  'AP50',
  'AP75',
  'APsmall',
  'APmedium',
  'APlarge',
  'AR1',
  'AR10',
  'AR100',
  'ARsmall',
  'ARmedium',
  'ARlarge',
] as const;
export type CocoScore = (typeof COCO_SCORES)[number];
