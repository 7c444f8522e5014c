import { describeFinetuneSetting, FINETUNE_KEYS } from '../../contract/finetune-recipe.ts';
import { describeSetting, RECIPE_KEYS } from '../../contract/recipe.ts';
import type { FieldMeta } from '../../contract/recipe-fields.ts';
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

/** What pre-training and fine-tuning recipes differ in, as far as they are shown. */
interface RecipeKind {
  readonly keys: readonly string[];
  describe(key: string): FieldMeta & { default: unknown };
  load(reference: string, folder: string): Promise<{ name: string; recipe: object }>;
}

const PRETRAIN: RecipeKind = {
  keys: RECIPE_KEYS,
  describe: describeSetting as RecipeKind['describe'],
  load: async (reference, folder) =>
    (await import('../../recipes/load.ts')).loadRecipe(reference, {}, folder),
};
const FINETUNE: RecipeKind = {
  keys: FINETUNE_KEYS,
  describe: describeFinetuneSetting as RecipeKind['describe'],
  load: async (reference, folder) =>
    (await import('../../recipes/load.ts')).loadFinetuneRecipe(reference, {}, folder),
};

function showSettings(out: Output, { keys, describe }: RecipeKind, recipe: object): void {
  const values = recipe as Readonly<Record<string, unknown>>;
  let group = '';
  for (const key of keys) {
    const about = describe(key);
    if (about.group !== group) out.result(`\n${about.group}`);
    group = about.group;
    out.result(`  ${key}=${settingText(values[key])}`);
    out.result(wrap(`${about.description} Must be ${about.allowed}.`, WIDTH, '      '));
  }
}

export const command: Command = {
  name: 'recipes',
  summary: 'List the recipes, or explain every setting of one.',
  positionals: [],
  options: {
    show: { type: 'string', value: 'NAME|FILE', help: 'Print every setting with its meaning.' },
    finetune: { type: 'boolean', help: 'Those of fine-tuning instead of pre-training.' },
  },
  examples: ['conmim recipes --show small', 'conmim recipes --show small --finetune'],
  async run({ args, out, host }) {
    const { PRESET_NAMES, presets } = await import('../../recipes/presets.ts');
    const shown = args.text('show');
    if (shown === undefined) {
      const { finetunePresets } = await import('../../recipes/finetune-presets.ts');
      for (const name of PRESET_NAMES) {
        const { recipe, ...about } = presets[name];
        out.record({ type: 'recipe', ...about, settings: recipe, finetune: finetunePresets[name] });
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
    const kind = args.flag('finetune') ? FINETUNE : PRETRAIN;
    const { name, recipe } = await kind.load(shown, host.cwd);
    const help = Object.fromEntries(
      kind.keys.map((key) => {
        const { description, allowed, group, default: byDefault } = kind.describe(key);
        return [key, { description, allowed, group, default: byDefault }];
      }),
    );
    out.record({ type: 'recipe', name, settings: recipe, help });
    out.result(`The recipe ${name}. Change a setting with --set key=value.`);
    showSettings(out, kind, recipe);
    out.result(table([]));
  },
};
