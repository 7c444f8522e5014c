/** Which channels of a picture are shown in red, green and blue, and which values are black and white. */
import { MOST_CHANNELS } from '../settings/setting.ts';

export interface PictureView {
  /** One that is shown in grey, or three in red, green and blue; from 0. */
  readonly channels: readonly number[];
  /** Without it, black and white are as the file states, or the range of its values. */
  readonly window?: readonly [black: number, white: number] | undefined;
}

/** `0,1,2` or `4:0,4095`, as addresses have it. */
export function pictureViewText({ channels, window }: PictureView): string {
  return window === undefined ? channels.join(',') : `${channels.join(',')}:${window.join(',')}`;
}

/** Undefined for other texts. */
export function readPictureView(text: string): PictureView | undefined {
  const [first = '', second, ...more] = text.split(':');
  const channels = numbersOf(first);
  if (more.length > 0 || (channels.length !== 1 && channels.length !== 3)) return undefined;
  const known = (channel: number) =>
    Number.isInteger(channel) && channel >= 0 && channel < MOST_CHANNELS;
  if (!channels.every(known)) return undefined;
  if (second === undefined) return { channels };
  const [black, white, ...others] = numbersOf(second);
  if (black === undefined || white === undefined || others.length > 0) return undefined;
  if (!Number.isFinite(black) || !Number.isFinite(white) || black === white) return undefined;
  return { channels, window: [black, white] };
}

function numbersOf(text: string): number[] {
  return text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
}
