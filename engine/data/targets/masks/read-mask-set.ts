/** Sets of images with masks: pairs, classes, and the pixels of each class. */
import { defined } from '../../../contract/defined.ts';
import { StudioError } from '../../../contract/errors.ts';
import type { ProblemLog } from '../../annotations/dense-problems.ts';
import type { MaskPair } from '../../annotations/mask-pairs.ts';
import type { ScanProgress } from '../../scan/examine.ts';
import type { FileFacts } from '../../scan/file-facts.ts';
import { reasonOf } from '../../sources/unreadable.ts';
import { DenseImages } from '../dense-images.ts';
import type { DenseClass, MaskFile, MaskValues } from '../dense-types.ts';
import type { ExaminedImages } from '../examined-images.ts';
import { labelsInvalid } from '../formats/labels-error.ts';
import { MaskColumns } from '../mask-columns.ts';
import { frameOf } from '../orientation.ts';
import type { MaskFacts } from './mask-facts.ts';
import type { MaskLayout } from './mask-layouts.ts';
import { type MaskSettings, meaningOf, numberedAs } from './mask-meaning.ts';
import { countsAs, isGrey, maskValueOf } from './mask-values.ts';

/** A mask that was read once. */
interface ScannedMask {
  readonly pair: MaskPair;
  readonly path: string;
  readonly hash: string;
  readonly turn: number | undefined;
  /** numbers of pixels by value */
  readonly counts: ReadonlyMap<number, number>;
  readonly isColour: boolean;
  /** numbers of pixels by index, where `counts` has colours and there are indices too */
  readonly greys: ReadonlyMap<number, number> | undefined;
  readonly hasPalette: boolean;
}

export interface MaskSet {
  readonly images: DenseImages<'mask'>;
  readonly classes: readonly DenseClass[];
  readonly values: MaskValues;
}

/** Where a set of masks is read from, and what is told meanwhile. */
export interface MaskSources {
  readonly examined: ExaminedImages;
  /** of a mask by its path */
  maskFacts(path: string): Promise<MaskFacts>;
  readonly log: ProblemLog;
  readonly signal?: AbortSignal;
  onProgress?(progress: ScanProgress): void;
}

/** @throws StudioError `labels-invalid`, `unknown-classes`; AbortError when `signal` fires */
export async function readMaskSet(
  layout: MaskLayout,
  settings: MaskSettings,
  sources: MaskSources,
): Promise<MaskSet> {
  const { examined, log, signal, onProgress } = sources;
  const hasColours = layout.classes?.some(({ colour }) => colour !== undefined) === true;
  const scanned: ScannedMask[] = [];
  const negatives: MaskPair[] = [];
  const { pairs } = layout;
  for (const [done, pair] of pairs.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ done, total: pairs.length });
    const facts = examined.factsOf(pair.image.path);
    if (facts === undefined) continue;
    if (pair.mask !== undefined) {
      const mask = await scanMask(pair, pair.mask.path, facts, hasColours, sources);
      if (mask !== undefined) scanned.push(mask);
    } else negatives.push(pair);
  }
  const isColour = hasColours && meansColours(layout, scanned);
  refuseColours(scanned, hasColours);
  const countsOf = (mask: ScannedMask) => (isColour ? mask.counts : (mask.greys ?? mask.counts));
  const found = meaningOf(
    layout,
    settings,
    scanned.map(countsOf),
    isColour,
    scanned[0]?.path ?? '',
    log,
  );
  const { classes, values } =
    settings.classes === undefined
      ? found
      : numberedAs(settings.classes, found, scanned.map(countsOf));
  const all = scanned.map((mask): ImageOfMask => {
    const pixels = classPixels(mask, countsOf(mask), values, log);
    const { path, hash, turn } = mask;
    return { pair: mask.pair, mask: { path, hash, ...defined({ turn }), pixels } };
  });
  const zeroIsBackground = (settings.zero ?? layout.zero) === 'background';
  for (const pair of negatives) {
    const isKept = settings.negatives === true && zeroIsBackground;
    log.report(isKept ? 'image-kept-as-negative' : 'image-without-labels', pair.image.path);
    if (isKept) all.push({ pair, mask: undefined });
  }
  all.sort((a, b) => (a.pair.image.path < b.pair.image.path ? -1 : 1));
  const images = new DenseImages(examined, 'mask', new MaskColumns(classes.length));
  for (const { pair, mask } of all) {
    const file = examined.find(pair.image.path)!;
    images.push({ file, split: pair.split, labelled: mask?.path }, mask);
  }
  return { images, classes, values };
}

interface ImageOfMask {
  readonly pair: MaskPair;
  /** undefined for one that is kept as a negative */
  readonly mask: MaskFile | undefined;
}

async function scanMask(
  pair: MaskPair,
  path: string,
  image: FileFacts,
  hasColours: boolean,
  { maskFacts, log }: MaskSources,
): Promise<ScannedMask | undefined> {
  let mask: MaskFacts;
  try {
    mask = await maskFacts(path);
  } catch (error) {
    if (!(error instanceof StudioError || error instanceof RangeError)) throw error;
    log.report('mask-unreadable', `${path}: ${reasonOf(error)}`);
    return undefined;
  }
  const { orientation = 1 } = image;
  const frame = frameOf(image, orientation, mask);
  if (frame === 'other') {
    const sizes = `${mask.width} x ${mask.height}, the image ${image.width} x ${image.height}`;
    log.report('mask-size-differs', `${path}: ${sizes}`);
    return undefined;
  }
  if (frame === 'untold') log.report('orientation-untold', path);
  if (frame === 'stored') log.report('labels-turned', path);
  // Colours that are all grey are indices, where no table of colours says otherwise.
  const isColour = mask.isColour && !isGrey(mask);
  const byColour = isColour || hasColours;
  return {
    pair,
    path,
    hash: mask.hash,
    turn: frame === 'stored' ? orientation : undefined,
    counts: countsAs(mask, byColour),
    isColour,
    greys: byColour && !isColour ? countsAs(mask, false) : undefined,
    hasPalette: mask.palette !== undefined,
  };
}

/**
 * Whether colours tell the classes: where a mask has no indices, and where all palettes show
 * colours of the table alone, since programs number the entries of palettes as they like.
 */
function meansColours({ classes = [], nothing }: MaskLayout, scanned: readonly ScannedMask[]) {
  const known = new Set(
    [...classes, ...nothing]
      .filter(({ colour }) => colour !== undefined)
      .map((one) => maskValueOf(one, true)),
  );
  return (
    scanned.some((mask) => mask.isColour) ||
    (scanned.length > 0 &&
      scanned.every(
        ({ hasPalette, counts }) => hasPalette && [...counts.keys()].every((one) => known.has(one)),
      ))
  );
}

/** @throws StudioError `labels-invalid` where colours have no table */
function refuseColours(scanned: readonly ScannedMask[], hasColours: boolean): void {
  const coloured = scanned.find((mask) => mask.isColour);
  if (coloured === undefined || hasColours) return;
  throw labelsInvalid(
    coloured.path,
    'has colours, and no table says which class each stands for; put class_dict.csv (name,r,g,b) beside the folders, or name one with --classes',
  );
}

/** Pixels of each class; values that are none are reported. */
function classPixels(
  { path }: ScannedMask,
  counts: ReadonlyMap<number, number>,
  { classes, ignored, isColour }: MaskValues,
  log: ProblemLog,
): number[] {
  const label = new Map(classes.map((value, i) => [value, i]));
  const pixels = new Array<number>(classes.length).fill(0);
  const strange: string[] = [];
  for (const [value, count] of counts) {
    const at = label.get(value);
    if (at !== undefined) pixels[at]! += count;
    else if (!ignored.includes(value)) strange.push(isColour ? colourText(value) : String(value));
  }
  if (strange.length > 0) {
    const named = strange.slice(0, 5).join(', ');
    log.report('mask-value-unlisted', `${path}: ${named}${strange.length > 5 ? ', …' : ''}`);
  }
  if (pixels.every((count) => count === 0)) log.report('mask-without-class', path);
  return pixels;
}

function colourText(value: number): string {
  return `(${[value >> 16, (value >> 8) & 0xff, value & 0xff].join(', ')})`;
}
