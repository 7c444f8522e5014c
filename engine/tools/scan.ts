/** A scan as the application shows it: a health report, and a list of the images on disk. */
import type { HealthReport } from '../contract/studio/datasets.ts';
import type { ScanOrder, ToolProgress } from '../contract/tools.ts';
import { doubtText, findDoubts } from '../data/doubts.ts';
import type { LeftToSystem, RepeatedFolder, Sample, Unreadable } from '../data/index-types.ts';
import { readLabelledSet } from '../data/labelled/labelled-set.ts';
import type { LabelledSet, LabelProblemCode } from '../data/labelled/labelled-types.ts';
import { scanFolders } from '../data/scan.ts';
import { repeatedFoldersText } from '../data/walk.ts';
import { listImages } from './listing.ts';
import { noteImages } from './notes.ts';
import { summariseSizes } from './sizes.ts';
import { suggestRecipe } from './suggestion.ts';
import { countText } from './words.ts';

export interface ScanListener {
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What both kinds of data sets come to. */
interface Scanned {
  readonly folders: readonly string[];
  readonly samples: readonly (Sample & { readonly label?: number })[];
  readonly formats: Readonly<Record<string, number>>;
  readonly ignored: Readonly<Record<string, number>>;
  readonly unreadable: readonly Unreadable[];
  /** Of a labelled set these two are among its problems. */
  readonly system?: Readonly<LeftToSystem>;
  readonly repeatedFolders?: readonly RepeatedFolder[];
  readonly fingerprint: string;
  readonly labelled?: LabelledSet;
}

const UNREADABLE_NAMED = 200;
const GROUPS_SHOWN = 20;
const KINDS_SHOWN = 100;
const PATHS_SHOWN = 10;
/** Classes below this size teach little, and judging on them even less. */
const TINY_CLASS = 10;

/**
 * Look at every file that is new or has changed, write the list of images, and tell what was found.
 *
 * @throws StudioError `folder-missing`, `no-images`, those of labelled sets; AbortError when `signal`
 *   fires, and then what was seen so far is remembered
 */
export async function scanDataset(
  order: ScanOrder,
  { onProgress, signal }: ScanListener = {},
): Promise<HealthReport> {
  const started = performance.now();
  const options = {
    indexFile: order.memory,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const scanned =
    order.kind === 'images'
      ? await scanFolders(order.folders, options)
      : labelledScan(order, await readLabelledSet(order.folders[0]!, options));
  const { samples, labelled } = scanned as Scanned;
  const groups = equalImages(samples);
  signal?.throwIfAborted();
  await listImages(order.listing, {
    folders: order.folders,
    samples,
    ...(labelled === undefined ? {} : { classes: labelled.classes }),
    duplicates: groups,
  });
  return healthReport(scanned, groups, (performance.now() - started) / 1000);
}

/** Told by the list of images that cannot be read, and by that of duplicates. */
const TOLD_ELSEWHERE: ReadonlySet<LabelProblemCode> = new Set([
  'unreadable',
  'missing-file',
  'duplicates',
]);

function labelledScan({ folders }: ScanOrder, labelled: LabelledSet): Scanned {
  const formats: Record<string, number> = {};
  for (const { format } of labelled.samples) formats[format] = (formats[format] ?? 0) + 1;
  return {
    folders,
    samples: labelled.samples,
    formats,
    ignored: {},
    unreadable: labelled.problems.flatMap(({ files }) => files ?? []),
    fingerprint: labelled.fingerprint,
    labelled,
  };
}

/** Positions of images with equal content, a group each. */
function equalImages(samples: readonly Sample[]): number[][] {
  const first = new Map<string, number>();
  const groups = new Map<number, number[]>();
  samples.forEach(({ hash }, i) => {
    const at = first.get(hash);
    if (at === undefined) first.set(hash, i);
    else if (groups.has(at)) groups.get(at)!.push(i);
    else groups.set(at, [at, i]);
  });
  return [...groups.values()];
}

function healthReport(
  scanned: Scanned,
  groups: readonly (readonly number[])[],
  scanSeconds: number,
): HealthReport {
  const { folders, samples, formats, ignored, unreadable, fingerprint, labelled } = scanned;
  const { system, repeatedFolders = [] } = scanned;
  const sizes = summariseSizes(samples);
  const extra = groups.reduce((sum, group) => sum + group.length - 1, 0);
  return {
    images: samples.length,
    bytes: samples.reduce((sum, { bytes }) => sum + bytes, 0),
    formats: { ...formats },
    ignored: commonest(ignored),
    unreadable: { count: unreadable.length, files: unreadable.slice(0, UNREADABLE_NAMED) },
    duplicates: {
      groups: groups.length,
      extra,
      examples: groups
        .slice(0, GROUPS_SHOWN)
        .map((group) => group.slice(0, PATHS_SHOWN).map((i) => samples[i]!.path)),
    },
    sizes,
    suggestion: suggestRecipe(samples.length, Math.min(...sizes.median)),
    ...(labelled === undefined ? {} : { classes: classCounts(labelled) }),
    notes: [
      ...(labelled === undefined ? findDoubts(samples).map(doubtText) : labelNotes(labelled)),
      ...(system === undefined ? [] : systemNotes(system)),
      ...repeatedNotes(repeatedFolders),
      ...noteImages({ folders, samples, unreadable: unreadable.length, extra }),
    ],
    fingerprint,
    scannedAt: new Date().toISOString(),
    scanSeconds,
  };
}

/** Names of files may end in as many ways as there are files, and the report goes to every page. */
function commonest(ignored: Readonly<Record<string, number>>): Record<string, number> {
  const all = Object.entries(ignored).sort((a, b) => b[1] - a[1]);
  const rest = all.slice(KINDS_SHOWN).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([
    ...all.slice(0, KINDS_SHOWN),
    ...(rest > 0 ? [['other kinds', rest] as const] : []),
  ]);
}

function classCounts({ classes, counts }: LabelledSet): { name: string; images: number }[] {
  return classes.map((name, i) => ({ name, images: counts[i]! }));
}

function labelNotes(set: LabelledSet): string[] {
  const notes = set.problems
    .filter(({ code }) => !TOLD_ELSEWHERE.has(code))
    .map(({ message, items }) => withExamples(message, items));
  const tiny = classCounts(set).filter(({ images }) => images < TINY_CLASS);
  if (tiny.length > 0) {
    const names = tiny.map(({ name, images }) => `${name} (${images})`);
    notes.push(
      withExamples(
        `Classes with fewer than ${TINY_CLASS} images, too few to learn from or to judge on: ${countText(tiny.length)}`,
        names,
      ),
    );
  }
  return notes;
}

function systemNotes({ images, folders }: LeftToSystem): string[] {
  if (images === 0) return [];
  const message = `Images in folders of the system, such as thumbnails and trash, are left out: ${countText(images)}`;
  return [folders.length === 0 ? `${message}.` : withExamples(message, folders)];
}

function repeatedNotes(folders: readonly RepeatedFolder[]): string[] {
  if (folders.length === 0) return [];
  const { message, items } = repeatedFoldersText(folders);
  return [withExamples(message, items)];
}

/** A sentence with the first of what it is about. */
function withExamples(message: string, items: readonly string[]): string {
  const shown = items.slice(0, 3).join('; ');
  return `${message}: ${shown}${items.length > 3 ? '; …' : ''}`;
}
