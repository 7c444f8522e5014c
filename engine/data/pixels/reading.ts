/** How files become numbers for a network. */
import type { RangeRule } from '../../images/value-range.ts';

export interface Reading {
  /** of the network's input */
  readonly channels: number;
  /** which values of a file become 0 and 1 */
  readonly valueRange: RangeRule;
}

/** Three channels, as networks of photographs take them. */
export const RGB_READING: Reading = { channels: 3, valueRange: 'type' };

/** Whether pictures of 8 bits are read as bytes. */
export function readsBytes({ channels, valueRange }: Reading): boolean {
  return channels === 3 && valueRange === 'type';
}
