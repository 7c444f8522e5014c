import type { StackChannels } from './settings/stack-channels.ts';

/** Facts of a file that is read as it is stored, unlike pictures of 8 bits. */
export interface StoredKind {
  readonly channels: number;
  readonly colours: 'grey' | 'rgb' | 'other';
  /** type of the numbers, such as "uint16" */
  readonly numbers: string;
  readonly bits: number;
  /** pictures in the file; left out where it has one */
  readonly pictures?: number;
  /** dimensions of a stack that are channels, where these are not the usual ones */
  readonly stack?: StackChannels;
  /** whether networks of three channels are given its red, green and blue as bytes */
  readonly hasBytes?: true;
  /** whether the type has a range of its own */
  readonly hasTypeRange: boolean;
  /** whether the file states the range that is to be shown */
  readonly hasStatedRange: boolean;
  /** ranges of all channels that the file states; left out where it states one or none */
  readonly statedRanges?: number;
}
