/** What is typed of channels and window, and the view that it means. */
import {
  type PictureView,
  readPictureView,
} from '../../../../engine/contract/studio/picture-view.ts';

export interface ChannelFields {
  /** Counted from 1; empty for the first ones. */
  readonly channels: string;
  /** `LOW,HIGH`, or `metadata:2` for the second that files state; empty for the range of each image. */
  readonly window: string;
}

export const NO_CHANNELS: ChannelFields = { channels: '', window: '' };

export function channelProblems(
  { channels, window }: ChannelFields,
  most: number,
): { channels?: string; window?: string } {
  const chosen = channelsOf(channels, most);
  const isWindow = window.trim() === '' || readPictureView(`0:${window}`) !== undefined;
  return {
    ...(chosen === undefined ? { channels: `One number from 1 to ${most}, or three.` } : {}),
    ...(isWindow ? {} : { window: 'Two different numbers with a comma between, or metadata:2.' }),
  };
}

/** Undefined where nothing is chosen, or something is wrong. */
export function pictureViewOf(fields: ChannelFields, most: number): PictureView | undefined {
  const { channels, window } = fields;
  if (channels.trim() === '' && window.trim() === '') return undefined;
  const problems = channelProblems(fields, most);
  if (problems.channels !== undefined || problems.window !== undefined) return undefined;
  const chosen = channelsOf(channels, most)!.join(',');
  return readPictureView(window.trim() === '' ? chosen : `${chosen}:${window}`);
}

/** From 0. */
function channelsOf(text: string, most: number): readonly number[] | undefined {
  if (text.trim() === '') return most < 3 ? [0] : [0, 1, 2];
  const numbers = text.split(',').map((part) => Number(part) - 1);
  const fits = numbers.every((one) => Number.isInteger(one) && one >= 0 && one < most);
  return fits && (numbers.length === 1 || numbers.length === 3) ? numbers : undefined;
}
