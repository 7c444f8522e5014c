/**
 * Random true objects and detections, drawn from a number. bench/peers/dense-cases.ts writes them for
 * pycocotools, whose scores the tests compare.
 */
import { rasterisePolygons } from '../../../geometry/rasterise.ts';
import type { RunLengths } from '../../../geometry/run-length.ts';
import { runsFromText, runsToText } from '../../../geometry/run-length-text.ts';
import { RandomStream } from '../../../random/philox.ts';
import type { DetectedObject, Shapes, TrueObject } from '../matches.ts';

export const DETECTION_CASES = 1000;
export const SIDE = 160;

type Box = [number, number, number, number];
interface PlainObject {
  readonly class: number;
  readonly box: Box;
  /** Compressed run lengths, of an image of SIDE x SIDE. */
  readonly text?: string | undefined;
}
interface PlainTruth extends PlainObject {
  readonly area: number;
  readonly crowd: boolean;
  /** COCO's field `ignore`, which pycocotools does not regard. */
  readonly ignore: boolean;
}
interface PlainDetection extends PlainObject {
  readonly score: number;
}

export interface DetectionCase {
  readonly shapes: Shapes;
  readonly classes: number;
  readonly images: readonly {
    readonly truths: readonly PlainTruth[];
    readonly detections: readonly PlainDetection[];
  }[];
}

/** Sides whose squares are the limits of COCO's areas, and others. */
const SIDES = [32, 96, 31, 33, 95, 97, 4, 12, 60, 150];

export function detectionCase(number: number, seed = 9): DetectionCase {
  const random = new RandomStream(seed, 'test', number);
  const shapes = number % 3 === 0 ? 'masks' : 'boxes';
  const classes = 1 + random.integer(4);
  // One class may have no objects, another no detections.
  const [unseen, unfound] = [random.integer(2 * classes), random.integer(3 * classes)];
  const crowdShare = [0, 0.1, 0.4][random.integer(3)]!;
  const scoreSteps = [3, 20, 1e6][random.integer(3)]!;
  const crowded = random.integer(12) === 0;
  const images = Array.from({ length: 1 + random.integer(6) }, (_, image) => {
    const truths: PlainTruth[] = [];
    for (let i = random.integer(7); i > 0; i--) {
      const label = random.integer(classes);
      const box = randomBox(random);
      const own = box[2] * box[3];
      const area = random.integer(3) === 0 ? [1024, 9216, 0][random.integer(3)]! : own;
      const [crowd, ignore] = [random.uniform() < crowdShare, random.integer(8) === 0];
      const text = shapes === 'masks' ? outline(random, box) : undefined;
      if (label !== unseen) truths.push({ class: label, box, text, area, crowd, ignore });
    }
    const detections: PlainDetection[] = [];
    const many = crowded && image === 0 ? 130 : random.integer(12);
    for (let i = many; i > 0; i--) {
      const near = truths[random.integer(Math.max(1, truths.length))];
      const guess = near === undefined || random.integer(4) === 0;
      const label = crowded ? 0 : guess ? random.integer(classes) : near.class;
      const box = guess ? randomBox(random) : moved(random, near.box);
      const score = random.integer(scoreSteps) / scoreSteps;
      const text = shapes === 'masks' ? outline(random, box) : undefined;
      if (label !== unfound) detections.push({ class: label, box, text, score });
    }
    return { truths, detections };
  });
  return { shapes, classes, images };
}

function randomBox(random: RandomStream): Box {
  const [width, height] = [0, 1].map(() =>
    random.integer(3) === 0
      ? 1 + random.integer(4 * SIDE) / 4
      : SIDES[random.integer(SIDES.length)]!,
  ) as [number, number];
  const from = (side: number) => random.integer(4 * Math.max(1, SIDE - side)) / 4;
  return [from(width), from(height), width, height];
}

/** A box near another, on a coarse grid, so that overlaps are equal and lie on thresholds. */
function moved(random: RandomStream, [left, top, width, height]: Box): Box {
  const by = (side: number) => (random.integer(9) - 4) * (side / 16);
  return [
    left + by(width),
    top + by(height),
    width + (random.integer(2) === 0 ? 0 : by(width)),
    height + (random.integer(2) === 0 ? 0 : by(height)),
  ];
}

/** A mask within the box: the whole of it, or without corners. */
function outline(random: RandomStream, [left, top, width, height]: Box): string {
  const [right, bottom] = [left + width, top + height];
  const cut = random.integer(3) / 4;
  const [x, y] = [(cut * width) / 2, (cut * height) / 2];
  const corners = [
    [left + x, top],
    [right - x, top],
    [right, top + y],
    [right, bottom - y],
    [right - x, bottom],
    [left + x, bottom],
    [left, bottom - y],
    [left, top + y],
  ].flat();
  return runsToText(rasterisePolygons([corners], SIDE, SIDE));
}

/** The images of a case as the matcher takes them. */
export function imagesOf({ images }: DetectionCase): readonly {
  readonly truths: readonly TrueObject[];
  readonly detections: readonly DetectedObject[];
}[] {
  const mask = (text: string | undefined): RunLengths | undefined =>
    text === undefined ? undefined : runsFromText(text, SIDE, SIDE);
  return images.map(({ truths, detections }) => ({
    truths: truths.map(({ text, ignore: _, ...truth }) => ({ ...truth, mask: mask(text) })),
    detections: detections.map(({ text, ...detection }) => ({ ...detection, mask: mask(text) })),
  }));
}
