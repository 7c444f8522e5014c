/** A preset of the workspace as `recipes` writes it with `--json`. */
import type { OwnPreset } from '../../../recipes/own-presets.ts';

export function presetRecord({ kind, name, file, basis, changes, recipe }: OwnPreset) {
  return { type: 'preset', kind, name, file, extends: basis, changes, settings: recipe };
}
