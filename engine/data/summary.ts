/** The index of a data set from the facts of its files. */

import { createHash } from 'node:crypto';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { getOrMake } from '../contract/maps.ts';
import { countOf } from '../contract/number-text.ts';
import { QUICK_FINGERPRINT } from '../contract/scan-depth.ts';
import { inOneLine } from '../contract/shorten.ts';
import { doubtText, findDoubts } from './doubts.ts';
import type { FileFacts } from './file-facts.ts';
import type { DatasetIndex, Sample } from './index-types.ts';
import { type PictureKind, picturePath } from './locate.ts';
import { kindsOf } from './stored/stored-kind.ts';
import { partHash } from './tiles/tile-grid.ts';
import { countTiles, tileSamples } from './tiles/tile-samples.ts';
import { countIgnored, type Walk } from './walk.ts';

const NAMED_IN_ERROR = 20;
const NAMED_IN_MESSAGE = 5;

/**
 * @param facts one per file; undefined for what is no image
 * @param depth of a quick scan, contents are not known: no copies, no looks, and a fingerprint of names
 *   and sizes
 * @throws StudioError `no-images`
 */
export function summariseScan(
  folders: readonly string[],
  walk: Walk,
  facts: readonly (FileFacts | undefined)[],
  depth: 'quick' | 'full' = 'full',
): DatasetIndex {
  const { files, system, repeatedFolders } = walk;
  const [unreadable, ignored] = [[...walk.unreadable], { ...walk.ignored }];
  const samples: Sample[] = [];
  const formats: Record<string, number> = {};
  const byHash = new Map<string, string[]>();
  const identities: string[] = [];
  let bytes = 0;
  for (const [i, file] of files.entries()) {
    const found = facts[i];
    if (!found) countIgnored(ignored, file.path);
    else if (found.reason !== undefined) unreadable.push({ path: file.path, reason: found.reason });
    else {
      bytes += found.bytes;
      formats[found.format] = (formats[found.format] ?? 0) + 1;
      for (const sample of samplesOf(file.path, found)) {
        const mark = sample.path.slice(file.path.length);
        samples.push(sample);
        if (depth === 'full') getOrMake(byHash, sample.hash, () => []).push(sample.path);
        identities.push(
          `${file.relative}${mark}\0${depth === 'full' ? sample.hash : sizesOf(sample)}`,
        );
      }
    }
  }
  const absolute = folders.map((folder) => path.resolve(folder));
  if (samples.length === 0) throw noImages(absolute, { unreadable, ignored, system });
  const tiles = countTiles(facts);
  return {
    folders: absolute,
    samples,
    images: samples.length,
    bytes,
    formats,
    ...(tiles && { tiles }),
    unreadable,
    ignored,
    system,
    repeatedFolders,
    duplicates: [...byHash.values()].filter((paths) => paths.length > 1),
    kinds: kindsOf(samples),
    doubts: depth === 'full' ? findDoubts(samples).map(doubtText) : [],
    fingerprint: `${depth === 'full' ? '' : QUICK_FINGERPRINT}${fingerprintOf(identities)}`,
  };
}

/**
 * A file as one sample: of several pictures the first.
 *
 * @param found facts of a usable file
 */
export function sampleOf(path: string, found: FileFacts): Sample {
  const { width, height, bytes, hash, format, phash = '', levels = 256, span = 256 } = found;
  const sample = { path, width, height, bytes, hash, format, phash, levels, span };
  const { extraChannel, otherPictures, stored } = found;
  if (stored !== undefined) return { ...sample, stored };
  return {
    ...sample,
    ...(extraChannel && { extraChannel }),
    ...(otherPictures !== undefined && { otherPictures }),
  };
}

/** One sample for each picture or tile of a file. @param found facts of a usable file */
export function samplesOf(path: string, found: FileFacts): Sample[] {
  const { looks, stored, tiles } = found;
  const sample = sampleOf(path, found);
  if (tiles !== undefined) return tileSamples(sample, tiles);
  if (looks === undefined || stored === undefined) return [sample];
  const { pictures: _, ...kind } = stored;
  return looks.map((look, i) => ({
    ...sample,
    ...look,
    path: picturePath(path, PICTURE_KINDS[found.format] ?? 'frame', i),
    // Pictures of one file may be equal.
    hash: partHash(found.hash, i),
    bytes: Math.round(found.bytes / looks.length),
    stored: kind,
  }));
}

const PICTURE_KINDS: Readonly<Record<string, PictureKind>> = { nifti: 'slice', tiff: 'page' };

function sizesOf({ bytes, width, height }: Sample): string {
  return `${bytes} ${width}x${height}`;
}

/** Identities are hashed one by one, since millions of names do not fit into one string. */
function fingerprintOf(identities: string[]): string {
  const hash = createHash('sha256');
  identities.sort().forEach((identity, i) => {
    hash.update(i === 0 ? identity : `\n${identity}`);
  });
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
  { unreadable, ignored, system }: Pick<Walk, 'unreadable' | 'ignored' | 'system'>,
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
