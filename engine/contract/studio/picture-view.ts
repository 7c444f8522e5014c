/** Which channels of a picture are shown in red, green and blue, and which values are black and white. */
import { MOST_CHANNELS } from '../settings/setting.ts';
import { readStatedRange, type StatedRange } from '../settings/stated-range.ts';

export interface PictureView {
  /** One that is shown in grey, or three in red, green and blue; from 0. */
  readonly channels: readonly number[];
  /**
   * Values that are black and white, or which of the ranges that the file states. Without it, and of
   * files without such a range, these are the first that the file states, or the range of its values.
   */
  readonly window?: readonly [black: number, white: number] | StatedRange | undefined;
}

/** `0,1,2`, `4:0,4095` or `0:metadata:2`, as addresses have it. */
export function pictureViewText({ channels, window }: PictureView): string {
  const text = channels.join(',');
  if (window === undefined) return text;
  return `${text}:${typeof window === 'string' ? window : window.join(',')}`;
}

/** Undefined for other texts. */
export function readPictureView(text: string): PictureView | undefined {
  const [first = '', ...more] = text.split(':');
  const channels = numbersOf(first);
  if (channels.length !== 1 && channels.length !== 3) return undefined;
  const known = (channel: number) =>
    Number.isInteger(channel) && channel >= 0 && channel < MOST_CHANNELS;
  if (!channels.every(known)) return undefined;
  if (more.length === 0) return { channels };
  const second = more.join(':');
  const stated = readStatedRange(second);
  if (stated !== undefined) return { channels, window: stated };
  const [black, white, ...others] = numbersOf(second);
  if (black === undefined || white === undefined || others.length > 0) return undefined;
  if (!Number.isFinite(black) || !Number.isFinite(white) || black === white) return undefined;
  return { channels, window: [black, white] };
}

function numbersOf(text: string): number[] {
  return text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
}
