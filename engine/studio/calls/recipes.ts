/** Calls about recipes: those that come with the program, and presets of the workspace. */
import { readyMade } from '../../recipes/load.ts';
import {
  deletePreset,
  listPresets,
  readPresetText,
  renamePreset,
  savePreset,
} from '../../recipes/own-presets.ts';
import { PRESET_NAMES, presets } from '../../recipes/presets.ts';
import type { StudioParts } from '../studio-parts.ts';
import { type CallsOf, done } from './calls.ts';

export function recipeCalls({ workspace, pushes }: StudioParts): CallsOf<'recipes' | 'presets'> {
  return {
    'recipes.list': () =>
      PRESET_NAMES.map((name) => {
        const { recipe: _, expected, ...about } = presets[name];
        return { ...about, expected: [...expected], recipes: readyMade(name) };
      }),
    'presets.list'() {
      const { presets: own, damaged } = listPresets(workspace);
      return {
        presets: own,
        damaged: damaged.map(({ error, ...named }) => ({ ...named, error: error.toJSON() })),
      };
    },
    async 'presets.save'({ text, replace, ...named }) {
      const read = readPresetText(workspace, named, text);
      const saved = await savePreset(workspace, { ...named, ...read }, { replace });
      pushes.send({ topic: 'presets' });
      return saved;
    },
    async 'presets.rename'({ to, ...named }) {
      const name = await renamePreset(workspace, named, to);
      pushes.send({ topic: 'presets' });
      return { name };
    },
    async 'presets.delete'(named) {
      await deletePreset(workspace, named);
      pushes.send({ topic: 'presets' });
      return done;
    },
  };
}
