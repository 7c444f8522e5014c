/** Fields that several kinds of job share. */
import { flag, option, optional, orElse } from './fields.ts';
import { choice, integer, MODE, NAME, path, REFERENCE, share, WORD } from './values.ts';

/** Which network of a run. */
export const NETWORK = optional(
  option(choice(['teacher', 'student']), {
    value: 'teacher|student',
    help: 'Which network of a pre-training run (default teacher).',
  }),
);

export const CHECKPOINT = optional(
  option(integer(0), {
    value: 'STEP',
    help: 'Which checkpoint of a run (default the newest, or the best).',
  }),
);

/** A trained network: a run, a file or folder of weights. */
export const FROM = {
  from: option(REFERENCE, {
    value: 'RUN|FILE|DIR',
    help: 'The trained network: a run, a weights file (.safetensors, .pth), or a folder of weights.',
  }),
  network: NETWORK,
  checkpoint: CHECKPOINT,
};

/** The validation set. */
export const VAL = option(path('The validation set'), {
  value: 'DIR|CSV',
  help: 'Labelled images for validation.',
});

/** The training set and the validation set. */
export const LABELLED = {
  train: option(path('The labelled images to learn from'), {
    value: 'DIR|CSV',
    help: 'Labelled images to learn from.',
  }),
  val: optional(VAL),
  valFraction: optional(
    option(share({ below: true }), {
      value: 'F',
      help: 'Without --val: share of the training images to hold out (default 0.1).',
    }),
  ),
  splitSeed: optional(
    option(integer(0), {
      value: 'N',
      help: 'Another draw of the images that are held out (default 0).',
    }),
  ),
  leaveOutLeaks: flag('Leave validation images out that also occur in the training set.'),
};

export const DEVICE = orElse(
  option(WORD, { value: 'D', help: 'auto (default), cpu, …; see: conmim devices' }),
  'auto',
);

export const RECIPE = optional(
  option(REFERENCE, { value: 'NAME|FILE', help: 'What to train; see: conmim recipes' }),
);

/** How to learn from labels. */
export const LABELLED_RECIPE = {
  ...RECIPE,
  help: 'How to train; by the network’s size if left out. See: conmim recipes',
};

export const RUN_NAME = optional(option(NAME, { value: 'NAME', help: 'A name for the run.' }));

export const LEARNS = option(MODE, {
  value: 'full|partial:K|linear',
  help: 'Training mode: full fine-tuning (default), the last K blocks, or a linear probe on frozen features.',
});

/** The request without a validation split where it has a validation set. */
export function withoutUnusedShare<R extends { val?: string | undefined; valFraction?: unknown }>(
  request: R,
): R {
  if (request.val === undefined) return request;
  const { valFraction: _, ...rest } = request;
  return rest as R;
}

/** The recipe of a training from labels; undefined where the network's size decides. */
export function labelledRecipe(request: {
  readonly recipe?: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
}) {
  const { recipe: name, settings } = request;
  return name === undefined ? undefined : ({ of: 'finetune', name, settings } as const);
}
