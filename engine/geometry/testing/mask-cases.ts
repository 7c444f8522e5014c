/**
 * Random polygons, masks and boxes, drawn from a number. bench/peers/dense-cases.ts writes them for
 * pycocotools, whose results the tests compare.
 */
import { RandomStream } from '../../random/philox.ts';

export const MASK_CASES = 1000;

export interface MaskCase {
  readonly height: number;
  readonly width: number;
  /** Polygons of two objects. */
  readonly objects: readonly [readonly number[][], readonly number[][]];
  /** [left, top, width, height] */
  readonly boxes: readonly [number[], number[]];
  /** [height, width] row by row, 0 or 1; empty for large images. */
  readonly mask: readonly number[];
}

export function maskCase(number: number): MaskCase {
  const random = new RandomStream(1, 'test', number);
  const isLarge = number % 20 === 0;
  const side = () => (isLarge ? 200 + random.integer(500) : 1 + random.integer(60));
  const [height, width] = [side(), side()];
  const draw = coordinates(random, number % 5);
  const object = () =>
    Array.from({ length: 1 + random.integer(3) }, () => {
      const vertices = 3 + random.integer(random.integer(4) === 0 ? 30 : 6);
      return Array.from({ length: 2 * vertices }, (_, i) => draw(i % 2 === 0 ? width : height));
    });
  const box = () => {
    const corners = Array.from({ length: 2 }, () => [draw(width), draw(height)] as const);
    const [left, top] = [0, 1].map((axis) => Math.min(corners[0]![axis]!, corners[1]![axis]!));
    const [right, bottom] = [0, 1].map((axis) => Math.max(corners[0]![axis]!, corners[1]![axis]!));
    return [left!, top!, right! - left!, bottom! - top!];
  };
  const objects = [object(), object()] as const;
  const boxes = [box(), box()] as const;
  const density = random.uniform();
  const mask = isLarge
    ? []
    : Array.from({ length: height * width }, () => Number(random.uniform() < density ** 2));
  return { height, width, objects, boxes, mask };
}

/** Draws a coordinate along a side of the image; some kinds reach beyond it. */
function coordinates(random: RandomStream, kind: number): (side: number) => number {
  switch (kind) {
    case 0:
      return (side) => random.integer(side + 1);
    case 1:
      return (side) => random.integer(10 * side + 1) / 10;
    case 2:
      return (side) => random.between(-side / 2, 1.5 * side);
    case 3:
      return (side) => (random.integer(4) === 0 ? side : random.integer(2 * side + 1) / 2);
    default:
      return (side) => random.uniform() * side;
  }
}
