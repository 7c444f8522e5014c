/** What a scan of a data set finds, whatever its kind of labels. */
import { isBackground } from '../contract/class-labels.ts';
import type { HealthReport } from '../contract/studio/datasets.ts';
import type { ScanOrder } from '../contract/tools.ts';
import type { LabelledSet, LabelProblemCode } from '../data/annotations/labelled-types.ts';
import { leaveMasksOut, type MasksBeside } from '../data/annotations/masks-beside.ts';
import { readLabelledSet } from '../data/labelled/labelled-set.ts';
import type { ScanOptions } from '../data/scan/examine.ts';
import { scanWithQuickFirst } from '../data/scan/scan-to-depth.ts';
import { foldersWithout } from '../data/sources/image-folders.ts';
import type { DatasetIndex } from '../data/sources/index-types.ts';
import { type LazyList, mapped } from '../data/sources/lazy-list.ts';
import { classColour, colourText } from '../data/targets/class-colours.ts';
import { readDenseSet } from '../data/targets/dense-set.ts';
import type { DenseImage, DenseSet } from '../data/targets/dense-types.ts';
import { labelsOf } from '../data/targets/image-labels.ts';
import { leakProblems } from '../data/targets/leak-problems.ts';
import { splitLeaks } from '../data/targets/split-leaks.ts';
import { type ListedMeaning, listedLabels } from './listed-labels.ts';
import type { ListedSample } from './listing.ts';

/** The result of scanning a data set of any kind. */
export interface Scanned
  extends Pick<DatasetIndex, 'folders' | 'formats' | 'ignored' | 'unreadable' | 'fingerprint'>,
    // Of a labelled set these are among its problems.
    Partial<Pick<DatasetIndex, 'tiles' | 'excluded' | 'system' | 'repeatedFolders' | 'doubts'>> {
  readonly samples: LazyList<ListedSample>;
  readonly labels?: ScannedLabels;
  /** Masks that were left out; the folders are those of the images then. */
  readonly masksLeft?: readonly MasksBeside[];
}

/** What a scan found of labels. */
export interface ScannedLabels {
  readonly classes: NonNullable<HealthReport['classes']>;
  readonly problems: readonly { readonly message: string; readonly items: readonly string[] }[];
  readonly dense?: NonNullable<HealthReport['dense']>;
  readonly meaning?: ListedMeaning;
}

/**
 * @param onQuick is told of a quick scan, where the order wants one first
 * @throws StudioError as `scanDataset` does
 */
export async function scanOf(
  order: ScanOrder,
  options: ScanOptions,
  onQuick: (scanned: Scanned) => Promise<void>,
): Promise<Scanned> {
  const [source] = order.folders as [string];
  switch (order.kind) {
    case 'images':
      return imagesScan(order, options, onQuick);
    case 'labelled':
      return labelledScan(
        order,
        await readLabelledSet(source, { ...options, several: order.several }),
      );
    case 'dense':
      return denseScan(order, await readDenseSet(source, { ...options, ...order.dense }));
  }
}

/** The images that a pre-training on the folders reads. */
async function imagesScan(
  { folders: given, quickFrom: manyNew = Number.POSITIVE_INFINITY }: ScanOrder,
  options: ScanOptions,
  onQuick: (scanned: Scanned) => Promise<void>,
): Promise<Scanned> {
  const { folders, left } = await leaveMasksOut(given, options.signal);
  const scannedAs = (index: DatasetIndex) => ({ ...index, masksLeft: left });
  const index = await scanWithQuickFirst(folders, { ...options, manyNew }, (quick) =>
    onQuick(scannedAs(quick)),
  );
  return scannedAs(index);
}

/** Problems that other parts of the report show: the unreadable images and the duplicates. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set<LabelProblemCode>([
  'unreadable',
  'missing-file',
  'duplicates',
]);

/** What scans of sets with labels have in common. */
function scanWith(
  labels: ScannedLabels,
  { folders }: ScanOrder,
  { problems, fingerprint }: Pick<LabelledSet | DenseSet, 'problems' | 'fingerprint'>,
  samples: LazyList<ListedSample>,
): Scanned {
  const formats: Record<string, number> = {};
  for (const { format } of samples) formats[format] = (formats[format] ?? 0) + 1;
  const unreadable = problems.flatMap(({ files }) => files ?? []);
  return { folders, samples, formats, ignored: {}, unreadable, fingerprint, labels };
}

function labelledScan(order: ScanOrder, set: LabelledSet): Scanned {
  const { samples, classes, counts, problems, tiles } = set;
  const labels = {
    classes: classes.map((name, i) => ({ name, images: counts[i]! })),
    problems: problems.filter(({ code }) => !SHOWN_ELSEWHERE.has(code)),
  };
  return { ...scanWith(labels, order, set, samples), ...(tiles && { tiles }) };
}

/** As of labelled sets; where an image is missing, its place in the labels is named instead. */
function denseScan(order: ScanOrder, set: DenseSet): Scanned {
  const { images, classes, imagesOf, counts, values, format, problems } = set;
  // The background lies in most images, so the other classes tell them apart.
  const shownLabels = (image: DenseImage) => {
    const labels = labelsOf(image);
    const ground = labels.filter((label) => isBackground(classes[label]!));
    return [...labels.filter((label) => !ground.includes(label)), ...ground];
  };
  const samples = mapped(images, (image): ListedSample => {
    const { path, width, height, bytes, format, stored } = image;
    return {
      ...{ path, width, height, bytes, format },
      ...(stored && { stored }),
      get hash() {
        return image.hash;
      },
      get labels() {
        return shownLabels(image);
      },
      get dense() {
        return listedLabels(image);
      },
    };
  });
  const shown = problems.filter(
    ({ code }) => code === 'missing-file' || !SHOWN_ELSEWHERE.has(code),
  );
  const labels: ScannedLabels = {
    classes: classes.map(({ name }, i) => ({
      name,
      images: imagesOf[i]!,
      amount: counts[i]!,
      colour: colourText(classColour(classes[i], i)),
    })),
    problems: [...shown, ...leakProblems(splitLeaks(set))],
    dense: {
      format,
      of: values === undefined ? 'objects' : 'pixels',
      imageFolders: foldersWithout(
        Array.from(images, (image) => image.path),
        Array.from(images, ({ mask }) => mask?.path ?? []).flat(),
      ),
    },
    meaning: { classes, ...(values && { values }) },
  };
  return scanWith(labels, order, set, samples);
}
