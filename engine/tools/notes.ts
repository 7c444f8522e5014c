/** What is odd about a set of images, in words for people who know their images, not the method. */
import path from 'node:path';
import { type Sized, shorterSide } from './sizes.ts';
import { countText, imagesText, shareText } from './words.ts';

export interface NotedSet {
  readonly folders: readonly string[];
  readonly samples: readonly (Sized & { readonly path: string })[];
  readonly unreadable: number;
  /** Images beyond the first of equal ones. */
  readonly extra: number;
}

const FEW_IMAGES = 1000;
const SMALL_SIDE = 32;
const LARGE_SIDE = 2000;
const LONG_RATIO = 4;
/** Shares from which something is worth a word. */
const UNREADABLE_SHARE = 0.01;
const EXTRA_SHARE = 0.05;
const SIZE_SHARE = 0.01;
const ONE_FOLDER_SHARE = 0.8;
/** With fewer folders one of them naturally holds most. */
const FOLDERS_TO_COMPARE = 3;

export function noteImages(set: NotedSet): string[] {
  const { samples, unreadable, extra } = set;
  const total = samples.length;
  const count = (holds: (image: Sized) => boolean) =>
    samples.reduce((sum, image) => sum + (holds(image) ? 1 : 0), 0);
  const small = count((image) => shorterSide(image) < SMALL_SIDE);
  const large = count((image) => shorterSide(image) > LARGE_SIDE);
  const long = count(
    (image) => Math.max(image.width, image.height) > LONG_RATIO * shorterSide(image),
  );
  const notes: string[] = [];
  if (total < FEW_IMAGES)
    notes.push(
      `There are only ${imagesText(total)}. Pre-training needs thousands to be worth while: add more, labelled or not.`,
    );
  if (unreadable > UNREADABLE_SHARE * (total + unreadable))
    notes.push(
      `${countText(unreadable)} of ${countText(total + unreadable)} files cannot be read. They are left out; look at the list of reasons.`,
    );
  if (extra > EXTRA_SHARE * total)
    notes.push(
      `${shareText(extra, total)} of the images are copies of others. They are seen that much more often than the rest; remove them if that is not meant.`,
    );
  if (small > SIZE_SHARE * total)
    notes.push(
      `${imagesText(small)} (${shareText(small, total)}) are smaller than ${SMALL_SIDE} pixels. They are enlarged and show little; leave them out if they are icons or previews.`,
    );
  if (large > total / 2)
    notes.push(
      `Most images are larger than ${countText(LARGE_SIDE)} pixels. Reading them takes much of the time of training: copies of half the size or less would speed it up.`,
    );
  if (long > SIZE_SHARE * total)
    notes.push(
      `${imagesText(long)} (${shareText(long, total)}) are more than ${LONG_RATIO} times as long as wide. Training sees square parts of them; cut them into pieces if their whole length matters.`,
    );
  return [...notes, ...oneFolder(set)];
}

/** Among the folders right below those that were given. */
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
    `${shareText(count, samples.length)} of the images lie in one of ${counts.size} folders, ${path.basename(folder)}. What is learnt will be about those above all.`,
  ];
}
