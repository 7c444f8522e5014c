/**
 * Random class maps, drawn from a number. bench/peers/dense-cases.ts writes them for torchmetrics and
 * DAVIS, whose scores the tests compare.
 */
import { RandomStream } from '../../../random/philox.ts';
import type { ClassMap } from '../counts.ts';

export const SEGMENTATION_CASES = 300;
const IGNORE = 255;

export interface SegmentationCase {
  readonly classes: number;
  readonly images: readonly {
    readonly height: number;
    readonly width: number;
    /** [height, width] row by row; IGNORE where it is not counted */
    readonly truth: readonly number[];
    readonly predicted: readonly number[];
  }[];
}

export function segmentationCase(number: number): SegmentationCase {
  const random = new RandomStream(30, 'test', number);
  const classes = 1 + random.integer(6);
  // One class may be nowhere.
  const unseen = random.integer(2 * classes);
  const images = Array.from({ length: 1 + random.integer(4) }, () => {
    const most = number % 10 === 0 ? 300 : 60;
    const [height, width] = [1 + random.integer(most), 1 + random.integer(most)];
    const draw = () => drawLabel(random, classes, unseen);
    const truth = drawMap(random, height, width, draw);
    const predicted =
      random.integer(8) === 0
        ? drawMap(random, height, width, draw)
        : shifted(random, truth, height, width, draw);
    if (random.integer(3) > 0) fillBox(random, truth, height, width, IGNORE);
    return { height, width, truth, predicted };
  });
  return { classes, images };
}

function drawLabel(random: RandomStream, classes: number, unseen: number): number {
  const label = random.integer(classes);
  return label === unseen ? (label + 1) % classes : label;
}

/** Boxes of classes over each other. */
function drawMap(
  random: RandomStream,
  height: number,
  width: number,
  draw: () => number,
): number[] {
  const map = Array<number>(height * width).fill(draw());
  for (let boxes = random.integer(8); boxes > 0; boxes--)
    fillBox(random, map, height, width, draw());
  return map;
}

function fillBox(
  random: RandomStream,
  map: number[],
  height: number,
  width: number,
  label: number,
): void {
  const [y0, x0] = [random.integer(height), random.integer(width)];
  const [y1, x1] = [y0 + random.integer(height - y0 + 1), x0 + random.integer(width - x0 + 1)];
  for (let y = y0; y < y1; y++) map.fill(label, y * width + x0, y * width + x1);
}

/** The map moved by a few pixels, with a few pixels changed. */
function shifted(
  random: RandomStream,
  map: readonly number[],
  height: number,
  width: number,
  draw: () => number,
): number[] {
  const [down, across] = [random.integer(5) - 2, random.integer(9) - 4];
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most - 1);
  return map.map((_, at) => {
    const [y, x] = [Math.floor(at / width), at % width];
    if (random.integer(50) === 0) return draw();
    return map[within(y + down, height) * width + within(x + across, width)]!;
  });
}

/** The images of a case as the counter takes them. */
export function mapsOf({ images }: SegmentationCase): readonly {
  readonly truth: ClassMap;
  readonly predicted: ClassMap;
}[] {
  return images.map(({ height, width, truth, predicted }) => ({
    truth: { height, width, classes: Uint8Array.from(truth) },
    predicted: { height, width, classes: Uint8Array.from(predicted) },
  }));
}
