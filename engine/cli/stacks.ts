/** The option that says which dimensions of TIFF stacks are channels. */
import {
  readStackChannels,
  STACK_CHANNELS_ALLOWED,
  type StackChannels,
  USUAL_STACKS,
} from '../contract/settings/stack-channels.ts';
import { usageError } from '../contract/usage-error.ts';

/** @throws StudioError `usage` */
export function stacksOf(given: string = USUAL_STACKS): StackChannels {
  const stacks = readStackChannels(given);
  if (stacks !== undefined) return stacks;
  throw usageError(`--stack-channels is ${given}; it must be ${STACK_CHANNELS_ALLOWED}.`);
}
