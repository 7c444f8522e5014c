/** Why an image cannot be used, in words that stay the same; the decoder's own words follow them. */
import { StudioError } from '../contract/errors.ts';

/** @throws StudioError `image-too-large` naming size and limit */
export function refuseTooLarge(width: number, height: number, pixelLimit: number): void {
  if (width * height <= pixelLimit) return;
  const reason = `image has more pixels than the limit allows: ${width} x ${height}, the limit is ${pixelLimit}`;
  throw new StudioError('image-too-large', `The ${reason}`, { details: { reason } });
}

/** A decoder's error as one about the file. */
export function damaged(error: unknown): StudioError {
  const message = error instanceof Error ? error.message : String(error);
  const reason = `image is damaged: ${message.split('\n')[0]}`;
  return new StudioError('image-damaged', `The ${reason}`, { details: { reason }, cause: error });
}

export function reasonOf(error: unknown): string {
  if (error instanceof StudioError) return String(error.details['reason'] ?? error.message);
  return error instanceof Error ? error.message : String(error);
}
