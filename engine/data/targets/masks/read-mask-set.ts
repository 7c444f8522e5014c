/** Sets of images with masks: pairs, classes, and the pixels of each class. */
import { createHash } from 'node:crypto';
import { StudioError } from '../../../contract/errors.ts';
import type { FileFacts } from '../../index-file.ts';
import { sampleOf } from '../../summary.ts';
import { reasonOf } from '../../unreadable.ts';
import type { ProblemLog } from '../dense-problems.ts';
import type { DenseClass, DenseImage, MaskFile, MaskValues } from '../dense-types.ts';
import { labelsInvalid } from '../formats/labels-error.ts';
import { frameOf } from '../orientation.ts';
import type { MaskLayout } from './mask-layouts.ts';
import type { MaskPair } from './mask-pairs.ts';
import { type MaskPixels, readMaskFile } from './mask-pixels.ts';
import { countValues, isGrey, maskValueOf } from './mask-values.ts';

export interface MaskSettings {
  /** values that are neither learnt nor judged; by default 255 */
  readonly ignore?: readonly number[] | undefined;
  /** whether the value 0 is the background or nothing; by default as the layout has it */
  readonly zero?: 'background' | 'nothing' | undefined;
  readonly keepNegatives: boolean;
}

/** A mask that was read once. */
interface ScannedMask {
  readonly pair: MaskPair;
  readonly path: string;
  readonly hash: string;
  readonly turn: number | undefined;
  /** numbers of pixels by value */
  readonly counts: ReadonlyMap<number, number>;
  readonly isColour: boolean;
  readonly greys: ReadonlyMap<number, number> | undefined;
}

export interface MaskSet {
  readonly images: readonly DenseImage[];
  readonly classes: readonly DenseClass[];
  readonly values: MaskValues;
}

const DEFAULT_IGNORE = 255;
/** Of masks whose classes nobody lists, more values are no classes but pictures or objects. */
const MOST_VALUES = 1024;

/**
 * @param factsOf of an image by its path; undefined where it cannot be used
 * @throws StudioError `labels-invalid`; AbortError when `signal` fires
 */
export async function readMaskSet(
  layout: MaskLayout,
  settings: MaskSettings,
  factsOf: (path: string) => FileFacts | undefined,
  log: ProblemLog,
  signal?: AbortSignal,
): Promise<MaskSet> {
  const hasColours = layout.classes?.some(({ colour }) => colour !== undefined) === true;
  const scanned: ScannedMask[] = [];
  const negatives: MaskPair[] = [];
  for (const pair of layout.pairs) {
    signal?.throwIfAborted();
    const facts = factsOf(pair.image.path);
    if (facts === undefined) continue;
    if (pair.mask !== undefined) {
      const mask = await scanMask(pair, pair.mask.path, facts, hasColours, log);
      if (mask !== undefined) scanned.push(mask);
    } else negatives.push(pair);
  }
  const isColour = hasColours && scanned.some((mask) => mask.isColour);
  refuseColours(scanned, hasColours);
  const countsOf = (mask: ScannedMask) => (isColour ? mask.counts : (mask.greys ?? mask.counts));
  const { classes, values } = meaningOf(
    layout,
    settings,
    scanned.map(countsOf),
    isColour,
    scanned[0]?.path ?? '',
    log,
  );
  const images = scanned.map((mask) => {
    const pixels = classPixels(mask, countsOf(mask), values, log);
    return imageOf(mask.pair, factsOf(mask.pair.image.path)!, {
      path: mask.path,
      hash: mask.hash,
      ...(mask.turn === undefined ? {} : { turn: mask.turn }),
      pixels,
    });
  });
  const zeroIsBackground = (settings.zero ?? layout.zero) === 'background';
  for (const pair of negatives) {
    const isKept = settings.keepNegatives && zeroIsBackground;
    log.report(isKept ? 'image-kept-as-negative' : 'image-without-labels', pair.image.path);
    if (isKept) images.push(imageOf(pair, factsOf(pair.image.path)!, undefined));
  }
  images.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { images, classes, values };
}

function imageOf(
  { image, split }: MaskPair,
  facts: FileFacts,
  mask: MaskFile | undefined,
): DenseImage {
  return {
    ...sampleOf(image.path, facts),
    ...(split && { split }),
    ...(mask && { mask, labelled: mask.path }),
  };
}

async function scanMask(
  pair: MaskPair,
  path: string,
  facts: FileFacts,
  hasColours: boolean,
  log: ProblemLog,
): Promise<ScannedMask | undefined> {
  let pixels: MaskPixels;
  let content: Buffer;
  try {
    ({ pixels, content } = await readMaskFile(path));
  } catch (error) {
    if (!(error instanceof StudioError || error instanceof RangeError)) throw error;
    log.report('mask-unreadable', `${path}: ${reasonOf(error)}`);
    return undefined;
  }
  const { orientation = 1 } = facts;
  const frame = frameOf(facts, orientation, pixels);
  if (frame === 'other') {
    const sizes = `${pixels.width} x ${pixels.height}, the image ${facts.width} x ${facts.height}`;
    log.report('mask-size-differs', `${path}: ${sizes}`);
    return undefined;
  }
  if (frame === 'untold') log.report('orientation-untold', path);
  if (frame === 'stored') log.report('labels-turned', path);
  // Colours that are all grey are indices, where no table of colours says otherwise.
  const asIndex = pixels.isColour && isGrey(pixels);
  const byColour = hasColours && (pixels.isColour || pixels.palette !== undefined);
  const counts = countValues(pixels, byColour || (pixels.isColour && !asIndex));
  return {
    pair,
    path,
    hash: createHash('sha256').update(content).digest('hex'),
    turn: frame === 'stored' ? orientation : undefined,
    counts,
    isColour: pixels.isColour && !asIndex,
    greys: pixels.isColour && !asIndex ? undefined : countValues(pixels, false),
  };
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

interface Meaning {
  readonly classes: readonly DenseClass[];
  readonly values: MaskValues;
}

/** The classes, as they are listed or as they occur, and the values that are none. */
function meaningOf(
  layout: MaskLayout,
  { ignore, zero = layout.zero }: MaskSettings,
  counts: readonly ReadonlyMap<number, number>[],
  isColour: boolean,
  first: string,
  log: ProblemLog,
): Meaning {
  const nothing = layout.nothing.filter(({ colour }) => colour !== undefined || !isColour);
  const noClass = nothing.map((one) => maskValueOf(one, isColour));
  const zeroIgnored = zero === 'nothing' ? [0] : [];
  if (isColour) {
    const classes = layout.classes!.filter(({ colour }) => colour !== undefined);
    const values = classes.map((one) => maskValueOf(one, true));
    return { classes, values: { isColour, classes: values, ignored: noClass } };
  }
  const occurring = new Set(counts.flatMap((one) => [...one.keys()]));
  const isBinary = occurring.size === 2 && occurring.has(0) && occurring.has(DEFAULT_IGNORE);
  const takesMost = isBinary && ignore === undefined && layout.classes === undefined;
  if (takesMost) log.report('masks-binary', 'give --ignore 255 if 255 is to be ignored');
  const ignored = [
    ...new Set([
      ...layout.ignored,
      ...(takesMost ? [] : (ignore ?? [DEFAULT_IGNORE])),
      ...zeroIgnored,
      ...noClass,
    ]),
  ];
  const listed = layout.classes ?? foundClasses(occurring, ignored, zero, takesMost, first);
  const classes = listed.filter(({ id }) => !ignored.includes(id));
  return { classes, values: { isColour, classes: classes.map(({ id }) => id), ignored } };
}

/** @throws StudioError `labels-invalid` where the values are too many to be classes */
function foundClasses(
  occurring: ReadonlySet<number>,
  ignored: readonly number[],
  zero: 'background' | 'nothing',
  isBinary: boolean,
  path: string,
): DenseClass[] {
  const ids = [...occurring].filter((id) => !ignored.includes(id)).sort((a, b) => a - b);
  if (ids.length > MOST_VALUES)
    throw new StudioError(
      'labels-invalid',
      `The masks have ${ids.length} different values, which are too many to be classes`,
      {
        advice: 'Name the classes with --classes, or check whether these are masks of objects.',
        details: { path },
      },
    );
  const nameOf = (id: number) => {
    if (id === 0 && zero === 'background') return 'background';
    return isBinary && id === DEFAULT_IGNORE ? 'foreground' : String(id);
  };
  return ids.map((id) => ({ id, name: nameOf(id) }));
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
