/**
 * Panoptic quality: segments of truth and prediction match where they have the same class and overlap
 * by more than half, which at most one pair of segments can.
 *
 * Predicted segments that lie mostly on pixels without a true segment, or on a crowd of their class,
 * are not counted as wrong.
 *
 * @source Kirillov et al., "Panoptic Segmentation" (CVPR 2019), as panopticapi computes it
 */
import { StudioError } from '../../../contract/errors.ts';
import { getOrMake } from '../../../contract/maps.ts';

export interface Segment {
  /** The value of its pixels, above 0. */
  readonly id: number;
  readonly class: number;
  /** A region of many objects, which need not be found. */
  readonly crowd?: boolean | undefined;
}

export interface PanopticMap {
  readonly height: number;
  readonly width: number;
  /** [height, width] row by row; 0 where there is no segment */
  readonly ids: Uint16Array | Uint32Array;
  readonly segments: readonly Segment[];
}

/** A row for each class that an image has. */
export interface PanopticCounts {
  readonly images: number;
  readonly classes: number;
  readonly rows: readonly {
    readonly image: number;
    readonly class: number;
    readonly matched: number;
    readonly missed: number;
    readonly wrong: number;
    /** Sum over matched pairs. */
    readonly iou: number;
  }[];
}

/** Quality is the product of the two others; null where no class has a segment. */
export interface PanopticQuality {
  readonly panoptic: number | null;
  /** Mean overlap of matched segments. */
  readonly segmentation: number | null;
  /** F1 of finding segments. */
  readonly recognition: number | null;
}

/** @throws StudioError `evaluation-invalid` where sizes differ or a pixel's segment is not listed */
export function countPanoptic(
  images: Iterable<{ readonly truth: PanopticMap; readonly predicted: PanopticMap }>,
  classes: number,
): PanopticCounts {
  const rows: PanopticCounts['rows'][number][] = [];
  let image = 0;
  for (const { truth, predicted } of images) {
    const found = countImage(truth, predicted);
    for (const [c, counts] of [...found].sort(([a], [b]) => a - b)) {
      if (!(c >= 0 && c < classes)) throw invalid(`a segment has class ${c} of ${classes} classes`);
      rows.push({ image, class: c, ...counts });
    }
    image++;
  }
  return { images: image, classes, rows };
}

interface Tally {
  matched: number;
  missed: number;
  wrong: number;
  iou: number;
}

function emptyTally(): Tally {
  return { matched: 0, missed: 0, wrong: 0, iou: 0 };
}

function countImage(truth: PanopticMap, predicted: PanopticMap): Map<number, Tally> {
  const [actual, given] = [segmentsOf(truth), segmentsOf(predicted)];
  if (truth.height !== predicted.height || truth.width !== predicted.width)
    throw invalid('a true and a predicted map have different sizes');
  const emptyRow = () => new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  for (let i = 0; i < truth.ids.length; i++) {
    const id = predicted.ids[i]!;
    if (id === 0) continue;
    const row = getOrMake(shared, id, emptyRow);
    const other = truth.ids[i]!;
    row.set(other, (row.get(other) ?? 0) + 1);
  }
  const tallies = new Map<number, Tally>();
  const tallyOf = (c: number) => getOrMake(tallies, c, emptyTally);
  const matched = new Set<Segment>();
  for (const [id, { segment, area }] of given) {
    const row = shared.get(id) ?? emptyRow();
    const unlabelled = row.get(0) ?? 0;
    let [isMatched, excused] = [false, unlabelled];
    for (const [other, pixels] of row) {
      const truly = actual.get(other);
      if (truly === undefined || truly.segment.class !== segment.class) continue;
      if (truly.segment.crowd === true) {
        excused += pixels;
        continue;
      }
      const iou = pixels / (area + truly.area - pixels - unlabelled);
      if (iou <= 0.5) continue;
      isMatched = true;
      matched.add(truly.segment);
      tallyOf(segment.class).matched++;
      tallyOf(segment.class).iou += iou;
    }
    if (!isMatched && excused / area <= 0.5) tallyOf(segment.class).wrong++;
  }
  for (const { segment } of actual.values())
    if (segment.crowd !== true && !matched.has(segment)) tallyOf(segment.class).missed++;
  return tallies;
}

/** Listed segments with their areas, by id. Segments without pixels are left out. */
function segmentsOf({ height, width, ids, segments }: PanopticMap) {
  if (ids.length !== height * width) throw invalid(`${width} x ${height} has ${ids.length} pixels`);
  const areas = new Map<number, number>();
  for (const id of ids) if (id !== 0) areas.set(id, (areas.get(id) ?? 0) + 1);
  const listed = new Map(segments.map((segment) => [segment.id, segment]));
  return new Map(
    [...areas].map(([id, area]) => {
      const segment = listed.get(id);
      if (segment === undefined) throw invalid(`segment ${id} is not listed`);
      return [id, { segment, area }] as const;
    }),
  );
}

function invalid(reason: string): StudioError<'evaluation-invalid'> {
  return new StudioError('evaluation-invalid', `Maps of segments are damaged: ${reason}.`);
}

/**
 * The mean over classes that have segments in truth or prediction.
 * @param weights count of each image, [images]; each once by default
 * @param among   the classes to regard, such as those of things; all by default
 */
export function panopticQuality(
  { classes, rows }: PanopticCounts,
  weights?: Uint32Array,
  among?: ReadonlySet<number>,
): PanopticQuality {
  const tallies = Array.from({ length: classes }, emptyTally);
  for (const row of rows) {
    const weight = weights === undefined ? 1 : weights[row.image]!;
    const tally = tallies[row.class]!;
    tally.matched += weight * row.matched;
    tally.missed += weight * row.missed;
    tally.wrong += weight * row.wrong;
    tally.iou += weight * row.iou;
  }
  const counted = tallies.filter(
    ({ matched, missed, wrong }, c) =>
      matched + missed + wrong > 0 && (among === undefined || among.has(c)),
  );
  const mean = (of: (tally: Tally) => number) =>
    counted.length === 0
      ? null
      : counted.reduce((sum, tally) => sum + of(tally), 0) / counted.length;
  const all = ({ matched, missed, wrong }: Tally) => matched + (missed + wrong) / 2;
  return {
    panoptic: mean((tally) => tally.iou / all(tally)),
    segmentation: mean(({ iou, matched }) => (matched === 0 ? 0 : iou / matched)),
    recognition: mean((tally) => tally.matched / all(tally)),
  };
}
