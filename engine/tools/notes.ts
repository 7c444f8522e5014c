/** Notes on problems of a set of images, for users who know their images but not the method. */
import path from 'node:path';
import { countOf, countText } from '../contract/number-text.ts';
import type { LazyList } from '../data/sources/lazy-list.ts';
import { type Sized, shorterSide } from './sizes.ts';

export interface NotedSet {
  readonly folders: readonly string[];
  readonly samples: LazyList<Sized & { readonly path: string }>;
  readonly unreadable: number;
  /** Duplicates beyond the first of each group. */
  readonly extra: number;
}

const FEW_IMAGES = 1000;
const SMALL_SIDE = 32;
const LARGE_SIDE = 2000;
const LONG_RATIO = 4;
/** Shares from which a note is made. */
const UNREADABLE_SHARE = 0.01;
const EXTRA_SHARE = 0.05;
const SIZE_SHARE = 0.01;
const ONE_FOLDER_SHARE = 0.8;
/** With fewer folders it is normal that one of them has most images. */
const FOLDERS_TO_COMPARE = 3;

export function noteImages(set: NotedSet): string[] {
  const { samples, unreadable, extra } = set;
  const total = samples.length;
  let [small, large, long] = [0, 0, 0];
  for (const image of samples) {
    const side = shorterSide(image);
    if (side < SMALL_SIDE) small++;
    if (side > LARGE_SIDE) large++;
    if (Math.max(image.width, image.height) > LONG_RATIO * side) long++;
  }
  const notes: string[] = [];
  if (total < FEW_IMAGES)
    notes.push(
      `There are only ${countOf(total, 'image')}. Pre-training needs thousands of images to be useful: add more, labelled or not.`,
    );
  if (unreadable > UNREADABLE_SHARE * (total + unreadable))
    notes.push(
      `${countText(unreadable)} of ${countText(total + unreadable)} files cannot be read. They are left out; look at the list of reasons.`,
    );
  if (extra > EXTRA_SHARE * total)
    notes.push(
      `${shareText(extra, total)} of the images are duplicates. They are seen more often than the other images; remove them if that is not intended.`,
    );
  if (small > SIZE_SHARE * total)
    notes.push(
      `${countOf(small, 'image')} (${shareText(small, total)}) ${small === 1 ? 'is' : 'are'} smaller than ${SMALL_SIDE} pixels. Enlarged, such images show little detail; leave them out if they are icons or previews.`,
    );
  if (large > total / 2)
    notes.push(
      `Most images are larger than ${countText(LARGE_SIDE)} pixels. Decoding them takes much of the training time: copies of half the size or less would speed it up.`,
    );
  if (long > SIZE_SHARE * total)
    notes.push(
      `${countOf(long, 'image')} (${shareText(long, total)}) ${long === 1 ? 'is' : 'are'} more than ${LONG_RATIO} times as long as wide. Training crops square parts of them; cut them into pieces if their whole length matters.`,
    );
  return [...notes, ...oneFolder(set)];
}

/** Whether one folder directly below the given ones has most of the images. */
function oneFolder({ folders, samples }: NotedSet): string[] {
  const counts = new Map<string, number>();
  const roots = folders.map((folder) => path.resolve(folder) + path.sep);
  for (const { path: file } of samples) {
    const root = roots.find((each) => file.startsWith(each)) ?? '';
    const end = file.indexOf(path.sep, root.length);
    const folder = end < 0 ? root : file.slice(0, end);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  if (most === undefined || counts.size < FOLDERS_TO_COMPARE) return [];
  const [folder, count] = most;
  if (count < ONE_FOLDER_SHARE * samples.length) return [];
  return [
    `${shareText(count, samples.length)} of the images lie in one of ${countOf(counts.size, 'folder')}, ${path.basename(folder)}. Training will mainly learn from those.`,
  ];
}

/** `7 %`; below one percent `0.3 %`. */
function shareText(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return `${percent >= 1 || percent === 0 ? Math.round(percent) : percent.toFixed(1)} %`;
}
