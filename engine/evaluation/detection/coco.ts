/**
 * What COCO averages over.
 *
 * @source pycocotools, `Params` of cocoeval.py, and https://cocodataset.org/#detection-eval
 */

/** From 0.5 to 0.95 in steps of 0.05, to the last bit as NumPy's `linspace` gives them. */
export const IOU_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) =>
  i === 9 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / 9),
);

/** From 0 to 1 in steps of 0.01, likewise. */
export const RECALLS: readonly number[] = Array.from({ length: 101 }, (_, i) =>
  i === 100 ? 1 : i * 0.01,
);

/** Areas in square pixels, both ends included. */
export const AREAS = {
  all: [0, 1e5 ** 2],
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, 1e5 ** 2],
} as const;
export type Area = keyof typeof AREAS;
export const AREA_NAMES = Object.keys(AREAS) as readonly Area[];

/** Most detections of a class in an image that are evaluated, best scores first. */
export const MOST_DETECTIONS = 100;
