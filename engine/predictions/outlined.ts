/** Predictions as outlines, which tools for annotation take and people can move. */
import { isBackground } from '../contract/class-labels.ts';
import type { BoxXywh } from '../geometry/box.ts';
import { joinHoles, outlineRegions, type Region, simplifyRing } from '../geometry/outlines.ts';
import type { Polygon } from '../geometry/polygon.ts';
import { paintRuns, type RunLengths, runBounds } from '../geometry/run-length.ts';
import {
  isMap,
  type PredictedClass,
  type PredictedImage,
  type PredictedObject,
} from './prediction.ts';

export interface Outlined {
  readonly label: number;
  /** Undefined for a region of a map of classes. */
  readonly score: number | undefined;
  readonly box: BoxXywh | undefined;
  /** Of its parts; none where only its box is known. */
  readonly polygons: readonly Polygon[];
}

/** Pixels by which an outline may differ from the sides of pixels. */
const TOLERANCE = 1;

/** Each region of a map but the background; each object. */
export function outlined(image: PredictedImage, classes: readonly PredictedClass[]): Outlined[] {
  const { height, width } = image;
  if (isMap(image)) {
    const isWanted = classes.map((one) => !isBackground(one));
    const regions = outlineRegions(image.classes, height, width, (label) => isWanted[label]!);
    return regions.map((region) => ({
      label: region.value,
      score: undefined,
      box: undefined,
      polygons: [polygonOf(region)],
    }));
  }
  return image.objects.map(({ label, score, box, mask }) => {
    const polygons = mask === undefined ? [] : outlinesOf(mask);
    return { label, score, box, polygons };
  });
}

/** Of each connected part of a mask. */
function outlinesOf(mask: RunLengths): number[][] {
  // Most objects are much smaller than their image.
  const bounds = runBounds(mask);
  const [left, top, width, height] = bounds;
  const inside = new Uint8Array(width * height);
  paintRuns(mask, inside, 1, bounds);
  const regions = outlineRegions(inside, height, width, (value) => value === 1);
  return regions.map((region) =>
    polygonOf(region).map((value, i) => value + (i % 2 === 0 ? left : top)),
  );
}

/** An object as pages draw it. */
export function drawnObject({ label, box, mask }: Omit<PredictedObject, 'score'>) {
  // A hundredth of a pixel is not seen.
  const [left, top, across, down] = box.map((value) => Number(value.toFixed(2)));
  const drawn = {
    label,
    box: [left!, top!, across!, down!] as [number, number, number, number],
  };
  return mask === undefined ? drawn : { ...drawn, outlines: outlinesOf(mask) };
}

function polygonOf({ outer, holes }: Region): number[] {
  const simple = holes.map((hole) => simplifyRing(hole, TOLERANCE));
  return joinHoles(simplifyRing(outer, TOLERANCE), simple);
}
