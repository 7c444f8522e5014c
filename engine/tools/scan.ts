/** A scan for the studio: it makes a health report and writes the list of images. */
import { defined } from '../contract/defined.ts';
import { countText } from '../contract/number-text.ts';
import { isQuick } from '../contract/scan-depth.ts';
import { divisionOf } from '../contract/settings/division.ts';
import type { HealthReport } from '../contract/studio/datasets.ts';
import type { ScanOrder, ToolProgress } from '../contract/tools.ts';
import { leftMasksText, type MasksBeside } from '../data/annotations/masks-beside.ts';
import { readExcluded } from '../data/given/excluded-images.ts';
import { kindLines, kindsOf } from '../data/pixels/stored/stored-kind.ts';
import { tilesText } from '../data/pixels/tiles/tile-samples.ts';
import { groupCopies } from '../data/scan/copies.ts';
import type { LeftToSystem, RepeatedFolder } from '../data/sources/index-types.ts';
import { repeatedFoldersText } from '../data/sources/walk.ts';
import { type FolderGroup, groupByFolder } from './folder-groups.ts';
import { listImages } from './listing.ts';
import { noteImages } from './notes.ts';
import { type Scanned, type ScannedLabels, scanOf } from './scanned.ts';
import { summariseSizes } from './sizes.ts';
import { suggestChannels, suggestRecipe } from './suggestion.ts';

export interface ScanListener {
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const UNREADABLE_NAMED = 200;
const GROUPS_SHOWN = 20;
const KINDS_SHOWN = 100;
const PATHS_SHOWN = 10;
/** Smaller classes are too small to train or evaluate on. */
const TINY_CLASS = 10;

/**
 * Examine every file that is new or has changed, write the list of images, and make the report.
 *
 * @throws StudioError `folder-missing`, `no-images`, those of labelled sets; AbortError when `signal`
 *   fires; the files examined so far are remembered then
 */
export async function scanDataset(
  order: ScanOrder,
  { onProgress, signal }: ScanListener = {},
): Promise<HealthReport> {
  const started = performance.now();
  const division = divisionOf({ tiles: order.tiles, stack_channels: order.stackChannels });
  const excluded = order.excluded === undefined ? undefined : await readExcluded([order.excluded]);
  const options = {
    ...{ indexFile: order.memory, signal },
    ...division,
    ...defined({ onProgress, excluded }),
  };
  const scanned = await scanOf(order, options, async (quick) => {
    const report = await listAndReport(order, quick, { started, signal });
    onProgress?.({ done: 0, total: report.images, report });
  });
  return listAndReport(order, scanned, { started, signal });
}

async function listAndReport(
  order: ScanOrder,
  scanned: Scanned,
  { started, signal }: { readonly started: number; readonly signal: AbortSignal | undefined },
): Promise<HealthReport> {
  const { samples, labels } = scanned;
  const duplicates = isQuick(scanned)
    ? []
    : groupCopies(samples.length, (i) => samples.at(i)!.hash);
  const groups = groupByFolder(samples);
  signal?.throwIfAborted();
  await listImages(order.listing, {
    folders: scanned.folders,
    samples,
    ...(labels === undefined ? {} : { classes: labels.classes.map(({ name }) => name) }),
    meaning: labels?.meaning,
    duplicates,
    groups,
  });
  const scanSeconds = (performance.now() - started) / 1000;
  return healthReport(scanned, { duplicates, groups, scanSeconds });
}

function healthReport(
  scanned: Scanned,
  found: {
    readonly duplicates: readonly (readonly number[])[];
    readonly groups: readonly FolderGroup[];
    readonly scanSeconds: number;
  },
): HealthReport {
  const { duplicates, groups, scanSeconds } = found;
  const { folders, samples, formats, ignored, unreadable, fingerprint, labels } = scanned;
  const { tiles, excluded, system, repeatedFolders = [], doubts = [], masksLeft = [] } = scanned;
  const sizes = summariseSizes(samples);
  let bytes = 0;
  for (const sample of samples) bytes += sample.bytes;
  const extra = duplicates.reduce((sum, group) => sum + group.length - 1, 0);
  return {
    ...(isQuick(scanned) && { depth: 'quick' }),
    images: samples.length,
    bytes,
    formats: { ...formats },
    ...(tiles && { tiles }),
    ...defined({ excluded }),
    ignored: commonest(ignored),
    unreadable: { count: unreadable.length, files: unreadable.slice(0, UNREADABLE_NAMED) },
    duplicates: {
      groups: duplicates.length,
      extra,
      examples: duplicates
        .slice(0, GROUPS_SHOWN)
        .map((group) => group.slice(0, PATHS_SHOWN).map((i) => samples.at(i)!.path)),
    },
    sizes,
    folders: groups.map(({ path, name, positions }) => ({ path, name, images: positions.length })),
    suggestion: {
      ...suggestRecipe(samples.length, Math.min(...sizes.median)),
      ...defined({ channels: suggestChannels(samples) }),
    },
    ...(labels === undefined
      ? {}
      : { classes: labels.classes, ...defined({ dense: labels.dense }) }),
    ...(masksLeft.length > 0 && { imageFolders: [...folders] }),
    notes: [
      ...kindLines(kindsOf(samples)),
      ...(tiles === undefined || labels !== undefined ? [] : [`${tilesText(tiles)}.`]),
      ...masksLeft.map(leftText),
      ...(labels === undefined ? doubts : labelNotes(labels)),
      ...(system === undefined ? [] : systemNotes(system)),
      ...repeatedNotes(repeatedFolders),
      ...noteImages({ folders, samples, unreadable: unreadable.length, extra }),
    ],
    fingerprint,
    scannedAt: new Date().toISOString(),
    scanSeconds,
  };
}

/** The most frequent extensions. Their number has no limit, and the report is sent to every page. */
function commonest(ignored: Readonly<Record<string, number>>): Record<string, number> {
  const all = Object.entries(ignored).sort((a, b) => b[1] - a[1]);
  const rest = all.slice(KINDS_SHOWN).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([
    ...all.slice(0, KINDS_SHOWN),
    ...(rest > 0 ? [['other kinds', rest] as const] : []),
  ]);
}

function labelNotes({ classes, problems }: ScannedLabels): string[] {
  const notes = problems.map(({ message, items }) => withExamples(message, items));
  const tiny = classes.filter(({ images }) => images < TINY_CLASS);
  if (tiny.length > 0) {
    const names = tiny.map(({ name, images }) => `${name} (${images})`);
    notes.push(
      withExamples(
        `Classes with fewer than ${TINY_CLASS} images, too few to train or evaluate on: ${countText(tiny.length)}`,
        names,
      ),
    );
  }
  return notes;
}

function leftText(left: MasksBeside): string {
  return `${leftMasksText(left)}. To train on them too, add their folder as a data set of images.`;
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

function withExamples(message: string, items: readonly string[]): string {
  const shown = items.slice(0, 3).join('; ');
  return `${message}: ${shown}${items.length > 3 ? '; …' : ''}`;
}
