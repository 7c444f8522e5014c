/**
 * Reasons why an image cannot be used, worded equally each time. Messages of the decoder are not
 * used: libvips mixes those of all files that are decoded concurrently.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isStudioError, StudioError } from '../../contract/errors.ts';

export interface LeftOut {
  readonly path: string;
  readonly reason: string;
}

/** Before this many images were seen, a few broken ones say nothing. */
export const SEEN_BEFORE_JUDGING = 20;
const NAMED = 20;

const OF_IMAGES = [
  'file-unread',
  'image-damaged',
  'image-too-large',
  'image-unknown',
  'image-unreadable',
  'image-unsupported',
] as const;

/**
 * An image whose file cannot be read. Where its folder is gone, that is what is named.
 * @param error of the file system
 */
export function unread(file: string, error: unknown): StudioError {
  const missing = isGone(error) ? missingFolder(file) : undefined;
  const reason = reasonOf(asUnread(error));
  const why =
    missing !== undefined
      ? `the folder ${missing} is not there`
      : isStudioError(error, 'file-unread')
        ? error.details.reason.replace(UNREAD, '')
        : systemReason(error);
  return new StudioError('image-unreadable', `${file} cannot be read: ${why}`, {
    advice: isGone(error)
      ? 'Check that it was not moved or deleted, and that the disk is connected; then scan again.'
      : 'Check its permissions, and that the disk is connected.',
    details: { path: file, reason },
    cause: error,
  });
}

/** @param reason why the file cannot be decoded, from {@link reasonOf} */
export function undecodable(file: string, reason: string, cause: unknown): StudioError {
  return new StudioError('image-unreadable', `${file} cannot be decoded: ${reason}`, {
    advice:
      isStudioError(cause, 'image-too-large') && cause.advice !== undefined
        ? cause.advice
        : 'Check that it opens in another program; save it again as PNG or JPEG, or remove it.',
    details: { path: file, reason },
    cause,
  });
}

/** @param broken at least one @param nextStep completes "Check that the disk is connected" */
export function tooManyBroken(
  what: string,
  broken: readonly LeftOut[],
  nextStep: string,
): StudioError {
  const { path: file, reason } = broken.at(-1)!;
  return new StudioError('too-many-broken-images', `${what}, the last one ${file} (${reason})`, {
    advice: `Check that the disk is connected, then ${nextStep}.`,
    details: { broken: broken.slice(-NAMED) },
  });
}

/** Largest share of images that may be left out, as `max_broken` is where a recipe says nothing. */
export const LEFT_OUT_SHARE = 0.05;

/**
 * Refuse to evaluate the rest when too many images are left out, or all of them.
 *
 * @param what   completes "3 of 20", as a plural
 * @param counts images seen so far and in all, and the largest share that may be left out
 * @throws StudioError `too-many-broken-images`
 */
export function refuseLeftOut(
  leftOut: readonly LeftOut[],
  what: string,
  { seen, all, most }: { readonly seen: number; readonly all: number; readonly most: number },
): void {
  const count = leftOut.length;
  const isTooMany = seen >= SEEN_BEFORE_JUDGING && count > most * seen;
  if (isTooMany || (count > 0 && count === all))
    throw tooManyBroken(`${count} of ${seen} ${what}`, leftOut, 'try again');
}

/** What people are told of images that were left out. @param what begins the sentence */
export function leftOutNotes(what: string, leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const shown = leftOut.slice(0, 3).map(({ path: file, reason }) => `${file} (${reason})`);
  const which = `${shown.join('; ')}${leftOut.length > shown.length ? '; …' : ''}`;
  return [`${what} and were left out: ${leftOut.length}: ${which}`];
}

/** A file that could not be read, by the system's error code. */
export function asUnread(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  return fileUnread(systemReason(error), error);
}

/** @param why completes "The entry …", such as "is not there" */
export function unreadEntry(container: string, entry: string, why: string): StudioError {
  return fileUnread(`the entry ${entry} of the container ${container} ${why}`);
}

const UNREAD = 'file cannot be read: ';

function fileUnread(why: string, cause?: unknown): StudioError {
  const reason = `${UNREAD}${why}`;
  return new StudioError('file-unread', `The ${reason}`, { details: { reason }, cause });
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: 'access is denied',
  EIO: 'the disk failed',
  EISDIR: 'it is a folder',
  ELOOP: 'its link leads to itself',
  ENOENT: 'it is not there',
  ENOTDIR: 'it is not there',
  EPERM: 'access is denied',
};

/** What the system says of a file, in words with its code. */
export function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const words = SYSTEM_WORDS[code];
  return words === undefined ? code : `${words} (${code})`;
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The uppermost folder of a path that is not there; undefined where the file alone is missing. */
function missingFolder(file: string): string | undefined {
  let missing: string | undefined;
  for (let at = path.dirname(file); !existsSync(at); at = path.dirname(at)) {
    missing = at;
    if (path.dirname(at) === at) break;
  }
  return missing;
}

export function reasonOf(error: unknown): string {
  if (isStudioError(error, ...OF_IMAGES)) return error.details.reason;
  return error instanceof Error ? error.message : String(error);
}

/** Whether an error concerns one image: it cannot be used, or is too large for memory. */
export function isAboutImage(error: unknown): boolean {
  return error instanceof StudioError || error instanceof RangeError;
}
