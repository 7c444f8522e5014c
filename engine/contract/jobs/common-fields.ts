/** Fields that several kinds of job share. */
import { DENSE_LABELS, VALIDATION_FOLDERS } from '../dense-labels.ts';
import { isNarrowPrecision, PRECISIONS, type Precision } from '../precision.ts';
import { DEFAULT_TASK, LABELLED_TASK_IDS, LABELLED_TASKS, type LabelledTaskId } from '../tasks.ts';
import { flag, needed, optional, orElse, perhapsRepeated } from './fields.ts';
import {
  choice,
  DEVICE_NAME,
  integer,
  LABEL_SEPARATOR,
  list,
  NAME,
  path,
  REFERENCE,
  share,
  WORD,
} from './values.ts';

export const NETWORK = choice(['teacher', 'student']);

export const CHECKPOINT = optional(
  integer(0),
  'STEP',
  'Which checkpoint of a run (default the newest, or the best).',
);

/** A trained network: a run, a file or folder of weights. */
export const FROM = {
  from: needed(
    REFERENCE,
    'RUN|FILE|DIR',
    'The trained network: a run, a weights file (.safetensors, .pth), or a folder of weights.',
  ),
  network: optional(
    NETWORK,
    'teacher|student',
    'Which network of a pre-training run (default teacher).',
  ),
  checkpoint: CHECKPOINT,
};

export const PREPARED = optional(
  choice(['auto', 'off']),
  'auto|off',
  'Whether prepared images are read where there are any (default auto).',
);

export const EXCLUDE = perhapsRepeated(
  path('The list of excluded images'),
  'CSV|TXT',
  'Leave out the images that a list names: a column path, or a path a line. May be repeated.',
);

export const VALIDATION = path('The validation set');
export const VALIDATION_HELP = 'Validation set.';

export const TASK = optional(
  choice(LABELLED_TASK_IDS),
  LABELLED_TASK_IDS.join('|'),
  `What the labels mean; as the network’s head says if left out. ${labelsText()}`,
);

function labelsText(): string {
  const each = Object.entries(LABELLED_TASKS).map(([id, { labels }]) => `${id}: ${labels}`);
  return `${each.join('; ')}.`;
}

export const SEPARATOR = optional(
  LABEL_SEPARATOR,
  'TEXT',
  'Separator of the labels of an image in a list (detected if left out).',
);

export const LABELLED = {
  train: needed(path('The training set'), 'DIR|CSV', 'Training set.'),
  val: optional(VALIDATION, 'DIR|CSV', VALIDATION_HELP),
  valFraction: optional(
    share({ below: true }),
    'F',
    'Validation split: share of the training set, without --val (default 0.1).',
  ),
  labelSeparator: SEPARATOR,
  splitSeed: optional(integer(0), 'N', 'Seed of the validation split (default 0).'),
  leaveOutLeaks: flag('Leave out leaks: validation images that also occur in the training set.'),
  ...DENSE_LABELS,
  ...VALIDATION_FOLDERS,
};

export const DEVICE = orElse('auto', WORD, 'DEVICE', 'auto (default), cpu, …; see: conmim devices');

/** Of what applies a trained network; trainings have it in their recipe. */
export const PRECISION = optional(
  choice(PRECISIONS),
  PRECISIONS.join('|'),
  'Number format of matrix products (default float32); logits stay float32.',
);

/** The end of a title, where the precision is another than float32. */
export function inPrecision(precision: Precision = 'float32'): string {
  return isNarrowPrecision(precision) ? ` in ${precision}` : '';
}

export const RECIPE = optional(REFERENCE, 'RECIPE|FILE', 'What to train; see: conmim recipes');

export const LABELLED_RECIPE = {
  ...RECIPE,
  help: 'How to train; by the network’s size if left out. See: conmim recipes',
};

/** Far more processes than one machine has cores for. */
const MOST_RANKS = 256;

export const RANKS = optional(
  integer(1, MOST_RANKS),
  'N',
  'Processes of this machine that share each batch, over MPI (default 1).',
);

export const DEVICES = optional(
  list(DEVICE_NAME),
  'DEVICE,DEVICE…',
  'A rank on each of these devices of this machine, all of one kind, instead of --device and --ranks.',
);

export const RUN_NAME = optional(NAME, 'NAME', 'A name for the run.');

/** The request without a validation split where it has a validation set. */
export function withoutUnusedShare<R extends { val?: string | undefined; valFraction?: unknown }>(
  request: R,
): R {
  if (request.val === undefined) return request;
  const { valFraction: _, ...rest } = request;
  return rest as R;
}

/** The recipe of a training on labels; undefined where it is chosen by the network's size. */
export function labelledRecipe(request: {
  readonly task?: LabelledTaskId | undefined;
  readonly recipe?: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
}) {
  const { task = DEFAULT_TASK, recipe: name, settings } = request;
  return name === undefined ? undefined : { of: LABELLED_TASKS[task].recipe, name, settings };
}
