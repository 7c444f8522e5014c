/** Numbers of blocks that are tuned on labels, from the head alone to everything. */
import { type Mode, modeText } from './mode.ts';

/** `all` trains everything, also what is before the blocks. */
export type TunedBlocks = number | 'all';

/** Steps of the curve that are taken where none are given. */
const FEW = 6;

/** 0, 1, 2 and so on to all; of deep networks about a power of two each. */
export function usualTunedBlocks(depth: number): TunedBlocks[] {
  if (depth <= FEW) return [...Array.from({ length: depth }, (_, i) => i), 'all'];
  const counts: TunedBlocks[] = [0];
  for (let count = 1; count < depth; count *= 2) counts.push(count);
  return [...counts, 'all'];
}

/** In ascending order, each once; as many blocks as there are mean everything. */
export function tunedModes(given: readonly TunedBlocks[], depth: number): Mode[] {
  const counts = given.map((count) => (count === 'all' ? depth : Math.min(count, depth)));
  return [...new Set(counts)].sort((a, b) => a - b).map((count) => modeOf(count, depth));
}

function modeOf(count: number, depth: number): Mode {
  if (count === depth) return { kind: 'full' };
  return count === 0 ? { kind: 'linear' } : { kind: 'partial', blocks: count };
}

/** @param mode as `modeText` writes it */
export function tunedBlocksOf(mode: string): TunedBlocks {
  if (mode === modeText({ kind: 'full' })) return 'all';
  return Number(mode.split(':')[1] ?? 0);
}
