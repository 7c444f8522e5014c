/** How the readers of stored images read the file that a path names. */
import type { StackChannels } from '../../../contract/settings/stack-channels.ts';
import { DEFAULT_CHOICES, type ReadChoices } from '../../../images/stored-image.ts';
import type { Location } from '../../sources/locate.ts';
import { PIXEL_LIMIT } from '../decode.ts';

/** @param stacks dimensions of stacks that are channels, where the path does not say it */
export function choicesFor(
  { stack }: Pick<Location, 'stack'>,
  stacks: StackChannels = DEFAULT_CHOICES.pages as StackChannels,
): ReadChoices {
  return { ...DEFAULT_CHOICES, pages: stack ?? stacks, pixelLimit: PIXEL_LIMIT };
}
