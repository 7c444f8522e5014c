/**
 * Random maps of segments, drawn from a number. bench/peers/dense-cases.ts writes them for panopticapi,
 * whose scores the tests compare.
 */
import { RandomStream } from '../../../random/philox.ts';
import type { PanopticMap, Segment } from './panoptic.ts';

export const PANOPTIC_CASES = 300;
/** Classes below are things, the others stuff. */
export const THINGS = 2;
export const PANOPTIC_CLASSES = 4;

interface PlainMap {
  readonly height: number;
  readonly width: number;
  readonly ids: readonly number[];
  readonly segments: readonly Segment[];
}

export type PanopticCase = readonly { readonly truth: PlainMap; readonly predicted: PlainMap }[];

export function panopticCase(number: number): PanopticCase {
  const random = new RandomStream(33, 'test', number);
  return Array.from({ length: 1 + random.integer(4) }, () => {
    const [height, width] = [2 + random.integer(30), 2 + random.integer(30)];
    const ids = Array<number>(height * width).fill(0);
    const drawn: Segment[] = [];
    // A class has one crowd at most, as in COCO.
    const crowds = new Set<number>();
    for (let id = 1 + random.integer(8); id > 0; id--) {
      fillBox(random, ids, height, width, id);
      const label = random.integer(PANOPTIC_CLASSES);
      const crowd = label < THINGS && !crowds.has(label) && random.integer(4) === 0;
      if (crowd) crowds.add(label);
      drawn.push({ id, class: label, crowd });
    }
    const across = random.integer(5) - 2;
    const guess = ids.map((_, at) => {
      const x = Math.min(Math.max((at % width) + across, 0), width - 1);
      return ids[at - (at % width) + x]!;
    });
    for (let more = random.integer(3); more > 0; more--)
      fillBox(random, guess, height, width, random.integer(12));
    const labels = Array.from({ length: 12 }, (_, id): Segment => {
      const known = drawn.find((segment) => segment.id === id);
      const kept = known !== undefined && random.integer(5) > 0;
      return { id, class: kept ? known.class : random.integer(PANOPTIC_CLASSES) };
    });
    return {
      truth: { height, width, ids, segments: present(ids, drawn) },
      predicted: { height, width, ids: guess, segments: present(guess, labels) },
    };
  });
}

function present(ids: readonly number[], segments: readonly Segment[]): Segment[] {
  return segments.filter(({ id }) => id !== 0 && ids.includes(id));
}

function fillBox(
  random: RandomStream,
  map: number[],
  height: number,
  width: number,
  id: number,
): void {
  const [y0, x0] = [random.integer(height), random.integer(width)];
  const [y1, x1] = [y0 + 1 + random.integer(height - y0), x0 + 1 + random.integer(width - x0)];
  for (let y = y0; y < y1; y++) map.fill(id, y * width + x0, y * width + x1);
}

/** The images of a case as the counting takes them. */
export function panopticMapsOf(
  one: PanopticCase,
): readonly { readonly truth: PanopticMap; readonly predicted: PanopticMap }[] {
  const map = (plain: PlainMap): PanopticMap => ({ ...plain, ids: Uint16Array.from(plain.ids) });
  return one.map(({ truth, predicted }) => ({ truth: map(truth), predicted: map(predicted) }));
}
