/**
 * Reasons why an image cannot be used, worded equally each time. Messages of the decoder are not
 * used: libvips mixes those of all files that are decoded concurrently.
 */
import { isStudioError, StudioError } from '../contract/errors.ts';

/** An image that is not used. */
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

/** @throws StudioError `image-too-large` naming size and limit */
export function refuseTooLarge(width: number, height: number, pixelLimit: number): void {
  if (width * height <= pixelLimit) return;
  const reason = `image has more pixels than the limit allows: ${width} x ${height}, the limit is ${pixelLimit}`;
  throw new StudioError('image-too-large', `The ${reason}`, { details: { reason } });
}

/** @param how a clause about the file, such as "the file ends before its picture does" */
export function damagedBy(how: string, cause?: unknown): StudioError {
  const reason = `image is damaged: ${how}`;
  return new StudioError('image-damaged', `The ${reason}`, { details: { reason }, cause });
}

/** @param what a clause about the file, such as "it is compressed with ZSTD" */
export function unsupported(what: string): StudioError {
  const reason = `image is of a kind that is not supported: ${what}`;
  return new StudioError('image-unsupported', `The ${reason}`, {
    advice: 'Save it as PNG with 8 bits a channel.',
    details: { reason },
  });
}

/** @param reason why the file cannot be decoded, from {@link reasonOf} */
export function undecodable(path: string, reason: string, cause: unknown): StudioError {
  return new StudioError('image-unreadable', `${path} cannot be decoded: ${reason}`, {
    advice: 'Check that it opens in another program; save it again as PNG or JPEG, or remove it.',
    details: { path, reason },
    cause,
  });
}

/** @param broken at least one @param nextStep completes "Check that the disk is connected" */
export function tooManyBroken(
  what: string,
  broken: readonly LeftOut[],
  nextStep: string,
): StudioError {
  const { path, reason } = broken.at(-1)!;
  return new StudioError('too-many-broken-images', `${what}, the last one ${path} (${reason})`, {
    advice: `Check that the disk is connected, then ${nextStep}.`,
    details: { broken: broken.slice(-NAMED) },
  });
}

/** A file that could not be read, by the system's error code. */
export function asUnread(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const reason = `file cannot be read: ${code}`;
  return new StudioError('file-unread', `The ${reason}`, { details: { reason }, cause: error });
}

export function reasonOf(error: unknown): string {
  if (isStudioError(error, ...OF_IMAGES)) return error.details.reason;
  return error instanceof Error ? error.message : String(error);
}

/** Whether an error concerns one image: it cannot be used, or is too large for memory. */
export function isAboutImage(error: unknown): boolean {
  return error instanceof StudioError || error instanceof RangeError;
}
