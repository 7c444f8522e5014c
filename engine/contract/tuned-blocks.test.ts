import { expect, it } from 'vitest';
import { modeText } from './mode.ts';
import { tunedBlocksOf, tunedModes, usualTunedBlocks } from './tuned-blocks.ts';

it.each([
  [1, [0, 'all']],
  [4, [0, 1, 2, 3, 'all']],
  [12, [0, 1, 2, 4, 8, 'all']],
  [24, [0, 1, 2, 4, 8, 16, 'all']],
] as const)('of %i blocks', (depth, expected) => {
  expect(usualTunedBlocks(depth)).toEqual(expected);
});

it('are modes in ascending order, each once, and back', () => {
  const modes = tunedModes(['all', 2, 0, 2, 9, 1], 4).map(modeText);
  expect(modes).toEqual(['linear', 'partial:1', 'partial:2', 'full']);
  expect(modes.map(tunedBlocksOf)).toEqual([0, 1, 2, 'all']);
});
