/**
 * Messages and advice of the engine as a page says them: options of the command line become the fields
 * that pages have for them. Whole commands, which pages show to be copied, stay.
 */
import {
  DENSE_FORMAT_TITLES,
  DENSE_FORMATS,
  DENSE_LABELS,
  VALIDATION_FOLDERS,
} from '../../engine/contract/dense-labels.ts';
import { RECIPES, type RecipeKind, titleOfTask } from '../../engine/contract/tasks.ts';
import { termOf } from '../../engine/contract/terms.ts';
import { titleOf } from './recipe-form/recipe-kind.ts';

const HOW_READ = 'under “How labels are read”';

/** Titles of the fields of options, by the option without its dashes. */
const FIELDS: Readonly<Record<string, string>> = {
  archive: 'Package that was downloaded before',
  checkpoint: 'Checkpoint',
  data: 'Images',
  device: 'Device',
  devices: 'Share each batch among devices',
  fraction: 'Labels to use',
  from: 'Begin with',
  heads: 'Attention heads',
  'image-size': 'Image size in pixels',
  'label-separator': 'Label separator',
  'leave-out-leaks': 'Leave out leaks',
  mean: 'Channel mean',
  mode: 'Training mode',
  network: 'Network',
  precision: settingTitle('precision'),
  recipe: 'Recipe',
  split: 'Split',
  std: 'Channel standard deviation',
  threshold: 'Smallest score',
  val: termOf('validationSet'),
  'val-fraction': termOf('validationSplit'),
  'value-range': settingTitle('value_range'),
};

/** The same for the fields of how labels are read, which are folded. */
const LABEL_FIELDS: Readonly<Record<string, string>> = {
  classes: DENSE_LABELS.classTable.title,
  format: DENSE_LABELS.format.title,
  ignore: DENSE_LABELS.ignore.title,
  images: DENSE_LABELS.images.title,
  masks: DENSE_LABELS.masks.title,
  negatives: DENSE_LABELS.negatives.title,
  'val-images': VALIDATION_FOLDERS.valImages.title,
  'val-masks': VALIDATION_FOLDERS.valMasks.title,
  zero: DENSE_LABELS.zero.title,
};

/** A command to its end, or an option with a setting, a placeholder, a number or a name as its value. */
const WORDS =
  /(?<command>\bconmim [a-z][^.;:,()]*)|--set (?<key>\w+)=(?<set>[\w.]+)|--(?<option>[a-z][a-z-]*)(?: (?<value>[A-Z]{2,}|\d+(?:\.\d+)?|(?<=--(?:task|format) )[a-z-]+))?/g;

export function pageWords(text: string): string {
  return text.replaceAll(WORDS, (found: string, ...rest: unknown[]) => {
    const named = rest.at(-1) as Record<string, string | undefined>;
    const { command, key, set, option = '', value } = named;
    if (command !== undefined) return command;
    if (key !== undefined) return `“${settingTitle(key)}”${/^[A-Z]/.test(set!) ? '' : ` ${set}`}`;
    return fieldText(option, value) ?? found;
  });
}

/** Undefined for an option that no page has a field for. */
function fieldText(option: string, value: string | undefined): string | undefined {
  if (option === 'task')
    return value === undefined ? 'the task' : `the task “${titleOfTask(value) ?? value}”`;
  if (option === 'format' && value !== undefined) return `the format “${formatTitle(value)}”`;
  const given = value === undefined || /^[A-Z]/.test(value) ? '' : ` ${value}`;
  const field = LABEL_FIELDS[option];
  if (field !== undefined) return `“${field}”${given} ${HOW_READ}`;
  return FIELDS[option] === undefined ? undefined : `“${FIELDS[option]}”${given}`;
}

function formatTitle(value: string): string {
  const known = DENSE_FORMATS.find((format) => format === value);
  return known === undefined ? value : DENSE_FORMAT_TITLES[known];
}

/** Of any kind of recipe; the key where none has the setting. */
function settingTitle(key: string): string {
  const kinds = Object.keys(RECIPES) as RecipeKind[];
  return kinds.map((kind) => titleOf(kind, key)).find((title) => title !== key) ?? key;
}
