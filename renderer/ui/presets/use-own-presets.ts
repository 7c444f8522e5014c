import type { OwnPresets } from '../../../engine/contract/studio/index.ts';
import type { RecipeKind } from '../../../engine/contract/tasks.ts';
import { useStudio } from '../../client/use-studio.ts';

const NONE: OwnPresets = { presets: [], damaged: [] };

/** The user's presets for a kind of recipe; none before they are read. */
export function useOwnPresets(kind: RecipeKind): OwnPresets {
  const { data = NONE } = useStudio('presets.list', {});
  return {
    presets: data.presets.filter((preset) => preset.kind === kind),
    damaged: data.damaged.filter((preset) => preset.kind === kind),
  };
}
