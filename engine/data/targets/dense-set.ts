/**
 * Images with dense labels, from a folder or a file of labels. Every image is examined once, as in a
 * scan. Problems are reported, and stop the reading only if too little is left.
 */
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import {
  type DenseLabels,
  isMaskFormat,
  type MaskFormat,
  type ObjectFormat,
} from '../../contract/dense-labels.ts';
import { StudioError } from '../../contract/errors.ts';
import { countOf, percentText } from '../../contract/number-text.ts';
import { type DenseProblem, ProblemLog } from '../annotations/dense-problems.ts';
import { keysOfFolders, pairFiles } from '../annotations/mask-pairs.ts';
import { listSource, type SourceFiles } from '../annotations/source-files.ts';
import type { ScanOptions } from '../scan/examine.ts';
import { type FoundFile, walkFolder } from '../sources/walk.ts';
import { completeDense } from './complete-dense.ts';
import type { DenseSet } from './dense-types.ts';
import { examineImages } from './examined-images.ts';
import { readColourTable } from './masks/colour-table.ts';
import { type MaskLayout, readMaskLayout } from './masks/mask-layouts.ts';
import { MaskMemory } from './masks/mask-memory.ts';
import { readMaskSet } from './masks/read-mask-set.ts';
import { readObjectDraft } from './read-objects.ts';
import { type LabelsWithin, recognise, refuseUnsuited } from './recognise.ts';
import { settleDraft } from './settle-draft.ts';

export interface DenseSetOptions extends ScanOptions, DenseLabels {
  /** masks or objects alone, where a task needs one of them */
  readonly kind?: LabelsWithin | undefined;
  /** class names of the training set, when this set must have the same numbers */
  readonly classes?: readonly string[] | undefined;
  /** largest share of labelled images that cannot be used */
  readonly maxUnusableFraction?: number | undefined;
}

const UNUSABLE_SHARE = 0.1;
const NAMED_IN_ERROR = 20;

/**
 * @throws StudioError `labels-missing`, `labels-unknown`, `labels-ambiguous`, `labels-invalid`,
 *   `folder-missing`, `no-images`, `too-many-unusable-rows`, `unknown-classes`; AbortError when
 *   `signal` fires
 */
export async function readDenseSet(
  source: string,
  options: DenseSetOptions = {},
): Promise<DenseSet> {
  refuseUnsuited(source, options);
  const log = new ProblemLog();
  const files = await listSource(source, options.images, options.signal);
  if (options.masks !== undefined) return readMasks('masks', files, options, log);
  const { format, files: labels } = await recognise(files, options);
  return isMaskFormat(format)
    ? readMasks(format, files, options, log)
    : readObjects(format, files, labels, options, log);
}

async function readMasks(
  format: MaskFormat,
  source: SourceFiles,
  options: DenseSetOptions,
  log: ProblemLog,
): Promise<DenseSet> {
  const { masks, classTable, indexFile, signal, onProgress } = options;
  const table = classTable === undefined ? undefined : path.resolve(classTable);
  const layout =
    masks === undefined
      ? await readMaskLayout(format, source, table, log)
      : await twoFolders(source, path.resolve(masks), table, log);
  const examined = await examineImages(
    layout.pairs.map(({ image }) => image),
    options,
    log,
  );
  const memory = await MaskMemory.open(
    indexFile && `${indexFile.replace(/\.index$/, '')}.masks.jsonl`,
  );
  const found = await readMaskSet(layout, options, {
    examined,
    maskFacts: (mask) => memory.factsOf(mask),
    log,
    ...defined({ signal, onProgress }),
  }).finally(() => memory.save());
  const set = { source: source.source, format, ...found, problems: log.problems };
  refuseTooLittle(source.source, found.images.length, log, options);
  return completeDense(set);
}

/** Images and masks of two folders of any names. */
async function twoFolders(
  { images }: SourceFiles,
  masks: string,
  table: string | undefined,
  log: ProblemLog,
): Promise<MaskLayout> {
  const { files } = await walkFolder(masks, new Map());
  const inMasks = new Set(files.map((file) => file.path));
  const others = images.filter((file) => !inMasks.has(file.path));
  const [imageKeys, maskKeys] = keysOfFolders(
    others,
    files.filter((file) => file.named),
  );
  const classes = table === undefined ? undefined : await readColourTable(table);
  const pairs = pairFiles(imageKeys!, maskKeys!, log);
  return { pairs, classes, nothing: [], ignored: [], zero: 'background' };
}

async function readObjects(
  format: ObjectFormat,
  source: SourceFiles,
  labels: readonly FoundFile[],
  options: DenseSetOptions,
  log: ProblemLog,
): Promise<DenseSet> {
  const draft = await readObjectDraft(format, source, labels, log, options.signal);
  const named = new Set(draft.images.map(({ file }) => file.path));
  const others = source.photos.filter((file) => !named.has(file.path));
  const files = [...draft.images.map(({ file }) => file), ...others];
  const examined = await examineImages(files, options, log);
  const { images, classes } = settleDraft(draft, others, examined, options, log);
  let usable = 0;
  for (const { labelled } of images) if (labelled !== undefined) usable++;
  refuseTooLittle(source.source, usable, log, options);
  return completeDense({ source: source.source, format, classes, images, problems: log.problems });
}

/** Problems for which a labelled image is left out. */
const LOST = [
  'missing-file',
  'ambiguous-file',
  'path-outside',
  'unreadable',
  'size-differs',
  'labels-unreadable',
  'mask-unreadable',
  'mask-size-differs',
] as const;

/** @param usable labelled images that can be used */
function refuseTooLittle(
  source: string,
  usable: number,
  log: ProblemLog,
  { maxUnusableFraction = UNUSABLE_SHARE, images }: DenseSetOptions,
): void {
  const { problems } = log;
  const why = problems.map(({ message, items }) => `${message} (${items[0]})`).join('; ');
  const advice =
    images === undefined && log.count('missing-file') > 0
      ? 'Name the folder of the images with --images DIR where they lie apart, and check their names.'
      : 'Check that images and labels lie in this folder, and their names.';
  const details = { problems: problems.map(inError) };
  if (usable === 0)
    throw new StudioError(
      'no-images',
      `${source} has no labelled image that can be used${why && `: ${why}`}`,
      { advice, details },
    );
  const lost = log.count(...LOST);
  if (lost <= maxUnusableFraction * (lost + usable)) return;
  throw new StudioError(
    'too-many-unusable-rows',
    `${lost} of ${countOf(lost + usable, 'labelled image')} of ${source} cannot be used, more than the ${percentText(maxUnusableFraction, 0)} that may be left out: ${why}`,
    { advice, details },
  );
}

function inError({ code, message, items }: DenseProblem) {
  return { code, message, items: items.slice(0, NAMED_IN_ERROR) };
}
