/** The settings that say how a file becomes images: as tiles, or as the positions of a stack. */
import { readStackChannels, type StackChannels, USUAL_STACKS } from './stack-channels.ts';
import { readTiling, type Tiling } from './tiling.ts';

/** As recipes and data sets have them; what is left out is as usual. */
export interface DivisionSettings {
  readonly tiles?: string | undefined;
  readonly stack_channels?: string | undefined;
}

export const USUAL_DIVISION = { tiles: 'auto', stack_channels: USUAL_STACKS } as const;

/** What a scan is asked for. */
export interface Division {
  readonly tiles: Tiling;
  readonly stacks: StackChannels;
}

/** Texts that mean nothing are as usual. */
export function divisionOf({ tiles, stack_channels: stacks }: DivisionSettings): Division {
  return {
    tiles: readTiling(tiles ?? USUAL_DIVISION.tiles) ?? 'auto',
    stacks: readStackChannels(stacks ?? USUAL_STACKS) ?? USUAL_STACKS,
  };
}
