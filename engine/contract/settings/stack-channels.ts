/**
 * Which dimensions of a TIFF stack are channels of one image; of the others each position is an image
 * of its own. C are channels, Z slices and T times of OME-TIFF and ImageJ; pages without a stated
 * meaning count as Z.
 */
export const STACK_CHANNELS = ['C', 'Z', 'T', 'CZ', 'CT', 'ZT', 'CZT', 'none'] as const;
export type StackChannels = (typeof STACK_CHANNELS)[number];

/** The choice that is not named. */
export const USUAL_STACKS: StackChannels = 'C';

export const STACK_CHANNELS_ALLOWED = `one of ${STACK_CHANNELS.join(', ')}`;

/** @returns undefined for other texts */
export function readStackChannels(text: string): StackChannels | undefined {
  const word = text.trim();
  return STACK_CHANNELS.find((one) => one.toLowerCase() === word.toLowerCase());
}
