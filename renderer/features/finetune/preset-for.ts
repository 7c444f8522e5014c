/** The recipe whose network has the nearest width. */
import type { ModelSummary, Preset } from '../../../engine/contract/studio/index.ts';

export function presetFor(
  presets: readonly Preset[],
  network: ModelSummary | undefined,
): string | undefined {
  const width = network?.embedDim;
  if (width === undefined) return presets[0]?.name;
  const distance = ({ recipes: { pretrain } }: Preset) =>
    Math.abs(Math.log(Number(pretrain['embed_dim']) / width));
  return [...presets].sort((a, b) => distance(a) - distance(b))[0]?.name;
}
