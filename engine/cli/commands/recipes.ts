import type { Settings, SettingValues } from '../../contract/settings/setting.ts';
import { LABELLED_TASK_IDS, labelledRecipeKind, RECIPES } from '../../contract/tasks.ts';
import { usageError } from '../../contract/usage-error.ts';
import type { Command } from '../command.ts';
import { countOf, hoursText } from '../format.ts';
import { type Output, table, wrap } from '../output.ts';

const WIDTH = 100;

/** A setting's value as `--set` takes it. */
export function settingText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.join(',');
  return String(value);
}

function showSettings(out: Output, settings: Settings, recipe: SettingValues): void {
  let heading = '';
  for (const [key, { group, title, help, allowed }] of Object.entries(settings)) {
    if (group !== heading) out.result(`\n${group}`);
    heading = group;
    out.result(`  ${key}=${settingText(recipe[key])}`);
    out.result(wrap(`${title}. ${help} Must be ${allowed}.`, WIDTH, '      '));
  }
}

export const command: Command = {
  name: 'recipes',
  positionals: [],
  options: {
    show: { value: 'RECIPE|FILE', help: 'Print every setting with its meaning.' },
    finetune: { help: 'Those of fine-tuning instead of pre-training.' },
    task: {
      value: LABELLED_TASK_IDS.join('|'),
      help: 'Those of a task that is learnt from labels.',
    },
  },
  examples: ['conmim recipes --show small', 'conmim recipes --show small --finetune'],
  async run({ args, out, host }) {
    const { PRESET_NAMES, presets } = await import('../../recipes/presets.ts');
    const shown = args.text('show');
    if (shown === undefined) {
      const { readyMade } = await import('../../recipes/load.ts');
      for (const name of PRESET_NAMES) {
        const { recipe: settings, ...about } = presets[name];
        const { pretrain: _, ...others } = readyMade(name);
        out.record({ type: 'recipe', ...about, settings, ...others });
        const expected = about.expected.map(
          ({ hardware, images, hours }) =>
            `about ${hoursText(hours)} for ${countOf(images, 'image')} on ${hardware}`,
        );
        out.result(`${name}`);
        out.result(wrap(about.summary, WIDTH, '    '));
        out.result(wrap(`Needs: ${about.hardware} Takes ${expected.join('; ')}.`, WIDTH, '    '));
      }
      out.result('\nEvery setting of a recipe is explained by: conmim recipes --show small');
      return;
    }
    const task = args.text('task');
    const kind =
      task !== undefined || args.flag('finetune') ? labelledRecipeKind(task) : 'pretrain';
    if (kind === undefined)
      throw usageError(`--task must be one of ${LABELLED_TASK_IDS.join(', ')}.`);
    const { loadRecipeOf } = await import('../../recipes/load.ts');
    const { name, recipe } = loadRecipeOf(kind, shown, {}, host.cwd);
    const settings: Settings = RECIPES[kind].settings;
    const help = Object.fromEntries(
      Object.entries(settings).map(
        ([key, { title, help: description, allowed, group, ...about }]) => [
          key,
          { title, description, allowed, group, default: about.default },
        ],
      ),
    );
    out.record({ type: 'recipe', name, settings: recipe, help });
    out.result(`The recipe ${name}. Change a setting with --set key=value.`);
    showSettings(out, settings, recipe);
    out.result(table([]));
  },
};
