import {
  describeSetting,
  RECIPE_KEYS,
  type Recipe,
  type RecipeKey,
} from '../../contract/recipe.ts';
import type { Command } from '../command.ts';
import { countText, hoursText } from '../format.ts';
import { type Output, table, wrap } from '../output.ts';

const WIDTH = 100;

/** A setting's value as `--set` takes it. */
export function settingText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.join(',');
  return String(value);
}

function showSettings(out: Output, recipe: Recipe): void {
  let group = '';
  for (const key of RECIPE_KEYS) {
    const about = describeSetting(key);
    if (about.group !== group) out.result(`\n${about.group}`);
    group = about.group;
    out.result(`  ${key}=${settingText(recipe[key])}`);
    out.result(wrap(`${about.description} Must be ${about.allowed}.`, WIDTH, '      '));
  }
}

export const command: Command = {
  name: 'recipes',
  summary: 'List the recipes, or explain every setting of one.',
  positionals: [],
  options: {
    show: { type: 'string', value: 'NAME|FILE', help: 'Print every setting with its meaning.' },
  },
  examples: ['conmim recipes --show small'],
  async run({ args, out, host }) {
    const { PRESET_NAMES, presets } = await import('../../recipes/presets.ts');
    const shown = args.text('show');
    if (shown === undefined) {
      for (const name of PRESET_NAMES) {
        const { recipe, ...about } = presets[name];
        out.record({ type: 'recipe', ...about, settings: recipe });
        const expected = about.expected.map(
          ({ hardware, images, hours }) =>
            `about ${hoursText(hours)} for ${countText(images)} images on ${hardware}`,
        );
        out.result(`${name}`);
        out.result(wrap(about.summary, WIDTH, '    '));
        out.result(wrap(`Needs: ${about.hardware} Takes ${expected.join('; ')}.`, WIDTH, '    '));
      }
      out.result('\nEvery setting of a recipe is explained by: conmim recipes --show small');
      return;
    }
    const { loadRecipe } = await import('../../recipes/load.ts');
    const { name, recipe } = loadRecipe(shown, {}, host.cwd);
    const help = Object.fromEntries(
      RECIPE_KEYS.map((key: RecipeKey) => {
        const { description, allowed, group, default: byDefault } = describeSetting(key);
        return [key, { description, allowed, group, default: byDefault }];
      }),
    );
    out.record({ type: 'recipe', name, settings: recipe, help });
    out.result(`The recipe ${name}. Change a setting with --set key=value.`);
    showSettings(out, recipe);
    out.result(table([]));
  },
};
