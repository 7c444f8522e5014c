import type { Settings, SettingValues } from '../../contract/settings/setting.ts';
import { RECIPES } from '../../contract/tasks.ts';
import type { Command, CommandCall } from '../command.ts';
import { commandTableOf } from '../find-command.ts';
import { countOf, hoursText } from '../format.ts';
import { type Output, table, wrap } from '../output.ts';
import { workspaceOf } from '../training.ts';
import { kindOf, PRESET_OPTIONS } from './recipes/kind-option.ts';
import { presetRecord } from './recipes/preset-record.ts';

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
  details: 'Without a further word it lists them, with the presets of the workspace.',
  positionals: [],
  options: {
    show: { value: 'RECIPE|FILE', help: 'Print every setting with its meaning.' },
    ...PRESET_OPTIONS,
  },
  subcommands: commandTableOf({
    save: {
      summary: 'Save a recipe with changed settings as a preset.',
      load: () => import('./recipes/save.ts'),
    },
    rename: {
      summary: 'Give a preset another name.',
      load: () => import('./recipes/rename.ts'),
    },
    delete: { summary: 'Delete a preset.', load: () => import('./recipes/delete.ts') },
    export: {
      summary: 'Write a recipe as a file, for other workspaces and machines.',
      load: () => import('./recipes/export.ts'),
    },
  }),
  examples: [
    'conmim recipes --show small',
    'conmim recipes --show small --finetune',
    'conmim recipes save xrays --recipe tiny --set image_size=96',
    'conmim recipes export xrays --out xrays.json',
  ],
  async run(call) {
    const { args, out, host } = call;
    const shown = args.text('show');
    if (shown === undefined) return list(call);
    const kind = kindOf(args);
    const { loadRecipeOf } = await import('../../recipes/load.ts');
    const source = { folder: host.cwd, workspace: workspaceOf(args, host) };
    const { name, recipe } = loadRecipeOf(kind, shown, {}, source);
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

async function list({ args, out, host }: CommandCall): Promise<void> {
  const { PRESET_NAMES, presets } = await import('../../recipes/presets.ts');
  const { readyMade } = await import('../../recipes/load.ts');
  const { listPresets } = await import('../../recipes/own-presets.ts');
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
  const workspace = workspaceOf(args, host);
  const own = listPresets(workspace);
  for (const preset of own.presets) out.record(presetRecord(preset));
  for (const { error, ...preset } of own.damaged)
    out.record({ type: 'damaged-preset', ...preset, reason: error.message });
  if (own.presets.length > 0) out.result(`\nPresets of ${workspace}`);
  for (const { name, kind, basis, changes } of own.presets) {
    const changed = countOf(Object.keys(changes).length, 'setting');
    out.result(`  ${name}: ${RECIPES[kind].of}, ${basis} with ${changed} changed`);
  }
  for (const { error } of own.damaged) out.result(`\n${error.message} ${error.advice ?? ''}`);
  out.result('\nEvery setting of a recipe is explained by: conmim recipes --show small');
}
