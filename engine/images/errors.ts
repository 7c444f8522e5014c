/** Errors about the content of an image. The reason in `details` completes "The …" and lists. */
import { StudioError } from '../contract/errors.ts';

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
