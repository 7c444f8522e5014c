/** The index of a data set from the facts of its files. */

import { createHash } from 'node:crypto';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { countOf } from '../../contract/number-text.ts';
import { QUICK_FINGERPRINT } from '../../contract/scan-depth.ts';
import { inOneLine } from '../../contract/shorten.ts';
import { kindsOf } from '../pixels/stored/stored-kind.ts';
import { countTiles } from '../pixels/tiles/tile-samples.ts';
import { doubtText, findDoubts, NAMED_IN_TEXT } from '../sources/doubts.ts';
import type { DatasetIndex, Sample } from '../sources/index-types.ts';
import type { Listed } from '../sources/list-files.ts';
import { sortedPositions } from '../sources/sorted-positions.ts';
import { countIgnored, type Walk } from '../sources/walk.ts';
import { groupCopies } from './copies.ts';
import type { FactList } from './fact-list.ts';
import type { FileFacts } from './file-facts.ts';
import { SampleTable } from './sample-table.ts';

const NAMED_IN_ERROR = 20;
const NAMED_IN_MESSAGE = 5;

/**
 * @param facts one per file; undefined for what is no image
 * @param depth of a quick scan, contents are not known: no copies, no looks, and a fingerprint of names
 *   and sizes
 * @param excluded paths of images that are left out
 * @throws StudioError `no-images`
 */
export function summariseScan(
  folders: readonly string[],
  walk: Listed,
  facts: FactList,
  depth: 'quick' | 'full' = 'full',
  excluded?: ReadonlySet<string>,
): DatasetIndex {
  const { files, system, repeatedFolders } = walk;
  const [unreadable, ignored] = [[...walk.unreadable], { ...walk.ignored }];
  const formats: Record<string, number> = {};
  let bytes = 0;
  for (let i = 0; i < files.length; i++) {
    const found = facts.at(i);
    if (!found) countIgnored(ignored, files.pathOf(i));
    else if (found.reason !== undefined)
      unreadable.push({ path: files.pathOf(i), reason: found.reason });
    else if (!excluded?.has(files.pathOf(i))) {
      bytes += found.bytes;
      formats[found.format] = (formats[found.format] ?? 0) + 1;
    }
  }
  const samples = new SampleTable(files, facts, excluded);
  const absolute = folders.map((folder) => path.resolve(folder));
  if (samples.length === 0)
    throw noImages(absolute, { unreadable, ignored, system, excluded: samples.excluded });
  const tiles = countTiles(factsOfKept(walk, facts, excluded));
  const isFull = depth === 'full';
  return {
    folders: absolute,
    samples,
    images: samples.length,
    bytes,
    formats,
    ...(tiles && { tiles }),
    ...(excluded && { excluded: samples.excluded }),
    unreadable,
    ignored,
    system,
    repeatedFolders,
    duplicates: isFull ? copiesAmong(samples) : [],
    kinds: kindsOf(samples),
    doubts: isFull ? findDoubts(samples, NAMED_IN_TEXT + 1).map(doubtText) : [],
    fingerprint: isFull
      ? fingerprintOf(samples, ({ hash }) => hash)
      : `${QUICK_FINGERPRINT}${fingerprintOf(samples, sizesOf)}`,
  };
}

function* factsOfKept(
  { files }: Pick<Listed, 'files'>,
  facts: FactList,
  excluded?: ReadonlySet<string>,
): Generator<FileFacts | undefined> {
  for (let i = 0; i < files.length; i++) if (!excluded?.has(files.pathOf(i))) yield facts.at(i);
}

function copiesAmong(samples: SampleTable): string[][] {
  return groupCopies(samples.length, (i) => samples.at(i)!.hash).map((group) =>
    group.map((i) => samples.at(i)!.path),
  );
}

function sizesOf({ bytes, width, height }: Sample): string {
  return `${bytes} ${width}x${height}`;
}

/** Names and contents are hashed one by one, since those of millions do not fit into one string. */
function fingerprintOf(samples: SampleTable, contentOf: (sample: Sample) => string): string {
  const identity = (i: number) => {
    const sample = samples.at(i)!;
    const mark = sample.path.slice(samples.fileOf(i).length);
    return `${samples.relativeOf(i)}${mark}\0${contentOf(sample)}`;
  };
  const order = sortedPositions(samples.length, identity);
  const hash = createHash('sha256');
  for (let i = 0; i < samples.length; i++)
    hash.update(`${i === 0 ? '' : '\n'}${identity(order?.[i] ?? i)}`);
  return hash.digest('hex');
}

/** The first unreadable files with their reasons, as text. */
function firstOf(unreadable: Walk['unreadable']): string {
  const shown = unreadable
    .slice(0, NAMED_IN_MESSAGE)
    .map(({ path: at, reason }) => `${inOneLine(path.basename(at))}: ${reason}`);
  return ` (${shown.join('; ')}${unreadable.length > shown.length ? '; …' : ''})`;
}

function noImages(
  folders: readonly string[],
  {
    unreadable,
    ignored,
    system,
    excluded,
  }: Pick<Walk, 'unreadable' | 'ignored' | 'system'> & { readonly excluded: number },
): StudioError {
  const kinds = Object.entries(ignored).sort((a, b) => b[1] - a[1]);
  const others = kinds.slice(0, 3).map(([extension, count]) => `${count} ${extension}`);
  const notes = [
    unreadable.length > 0
      ? `; ${countOf(unreadable.length, 'file or folder', 'files or folders')} cannot be read${firstOf(unreadable)}`
      : '',
    system.images > 0
      ? `; ${countOf(system.images, 'image belongs to the system and is', 'images belong to the system and are')} left out`
      : '',
    excluded > 0 ? `; ${countOf(excluded, 'image is', 'images are')} excluded` : '',
    others.length > 0 ? `; files of other kinds: ${others.join(', ')}` : '',
  ];
  return new StudioError(
    'no-images',
    `There is no readable image in ${folders.join(', ') || 'no folder at all'}${notes.join('')}`,
    {
      advice: 'Give a folder with JPEG, PNG, WebP, TIFF, GIF, AVIF, BMP or other images in it.',
      details: { unreadable: unreadable.slice(0, NAMED_IN_ERROR), ignored },
    },
  );
}
