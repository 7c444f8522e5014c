// Random objects and detections in the numbers and sizes of COCO's validation set, for benches.
import type { DetectedObject, TrueObject } from '../engine/evaluation/detection/matches.ts';
import type { ClassMap } from '../engine/evaluation/segmentation/counts.ts';
import { RandomStream } from '../engine/random/philox.ts';

export const [HEIGHT, WIDTH] = [480, 640];
export const CLASSES = 80;

export interface Scene {
  readonly truths: readonly TrueObject[];
  readonly detections: readonly DetectedObject[];
}

/** Irregular outlines of the sizes of COCO's objects, [objects][coordinates]. */
export function drawOutlines(objects: number): number[][] {
  return Array.from({ length: objects }, (_, number) => {
    const random = new RandomStream(1, 'test', number);
    const [x, y] = [random.between(0, WIDTH), random.between(0, HEIGHT)];
    const size = Math.exp(random.between(1.5, 5));
    const n = 8 + random.integer(30);
    return Array.from({ length: n }, (_, i) => {
      const [angle, radius] = [(2 * Math.PI * i) / n, size * random.between(0.5, 1)];
      const within = (value: number, most: number) =>
        Math.round(100 * Math.min(Math.max(value, 0), most)) / 100;
      return [
        within(x + radius * Math.cos(angle), WIDTH),
        within(y + radius * Math.sin(angle), HEIGHT),
      ];
    }).flat();
  });
}

/** Half of the detections lie near an object, more of those with high scores. */
export function drawScenes(images: number, objects: number, detections: number): Scene[] {
  return Array.from({ length: images }, (_, image) => {
    const random = new RandomStream(2, 'test', image);
    const count =
      Math.floor(((image + 1) * objects) / images) - Math.floor((image * objects) / images);
    const truths = Array.from({ length: count }, (): TrueObject => {
      const [width, height] = [0, 1].map(() => Math.exp(random.between(1.5, 5.5)));
      const box = [
        random.uniform() * (WIDTH - width!),
        random.uniform() * (HEIGHT - height!),
        width!,
        height!,
      ] as const;
      const label = Math.floor(CLASSES * random.uniform() ** 2);
      return { class: label, box, area: width! * height!, crowd: random.integer(80) === 0 };
    });
    const found = Array.from({ length: detections }, (): DetectedObject => {
      const near = truths[random.integer(2 * count)];
      const score = random.uniform() ** (near === undefined ? 3 : 1);
      const by = (side: number) => side * 0.15 * random.normal();
      const [left, top, width, height] = near?.box ?? [
        random.between(0, 500),
        random.between(0, 400),
        random.between(5, 140),
        random.between(5, 80),
      ];
      const label = near?.class ?? Math.floor(CLASSES * random.uniform() ** 2);
      const box = [left + by(width), top + by(height), width, height] as const;
      return { class: label, box, score };
    });
    return { truths, detections: found };
  });
}

export const MAP_CLASSES = 19;

/** Maps of boxes of classes, and the same moved by three pixels as predictions. */
export function drawMaps(
  images: number,
): { readonly truth: ClassMap; readonly predicted: ClassMap }[] {
  return Array.from({ length: images }, (_, image) => {
    const random = new RandomStream(3, 'test', image);
    const classes = new Uint8Array(HEIGHT * WIDTH);
    for (let boxes = 20; boxes > 0; boxes--) {
      const [y0, x0] = [random.integer(HEIGHT), random.integer(WIDTH)];
      const [y1, x1] = [y0 + random.integer(HEIGHT - y0), x0 + random.integer(WIDTH - x0)];
      const label = random.integer(12) === 0 ? 255 : random.integer(MAP_CLASSES);
      for (let y = y0; y < y1; y++) classes.fill(label, y * WIDTH + x0, y * WIDTH + x1);
    }
    const moved = classes.map((_, at) => classes[Math.min(at + 3, classes.length - 1)]! % 255);
    const map = (values: Uint8Array) => ({ height: HEIGHT, width: WIDTH, classes: values });
    return { truth: map(classes), predicted: map(moved) };
  });
}

export const [QUERIES, OBJECTS_AT_MOST] = [100, 40];

/** Costs of queries and objects, [queries, objects] each. */
export function drawCosts(tables: number): Float64Array[] {
  return Array.from({ length: tables }, (_, table) => {
    const random = new RandomStream(4, 'test', table);
    return Float64Array.from({ length: QUERIES * OBJECTS_AT_MOST }, () => random.between(-2, 8));
  });
}
