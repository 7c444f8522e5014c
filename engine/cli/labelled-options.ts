/** Options of commands that take a trained network and labelled images, and how they are read. */
import path from 'node:path';
import type { OptionRule } from '../contract/jobs/fields.ts';
import { usageError } from '../contract/usage-error.ts';
import type { LabelledSpec } from '../runs/labelled-spec.ts';
import type { Arguments } from './command.ts';
import type { Host } from './host.ts';

export const FROM_OPTIONS = {
  from: {
    type: 'string',
    value: 'RUN|FILE|DIR',
    help: 'The trained network: a run, a weights file (.safetensors, .pth), or a folder of weights.',
  },
  network: {
    type: 'string',
    value: 'teacher|student',
    help: 'Which network of a pre-training run (default teacher).',
  },
  checkpoint: {
    type: 'string',
    value: 'STEP',
    help: 'Which checkpoint of a run (default the newest, or the best).',
  },
} as const satisfies Record<string, OptionRule>;

export const DATA_HELP =
  'Labelled images: a folder with a folder for each class, a .csv with the columns path and label, or a list file with “path label” lines.';

export const LABELLED_OPTIONS = {
  train: { type: 'string', value: 'DIR|CSV', help: 'Labelled images to learn from.' },
  val: { type: 'string', value: 'DIR|CSV', help: 'Labelled images to judge on.' },
  'val-fraction': {
    type: 'string',
    value: 'F',
    help: 'Without --val: share of the training images to hold out (default 0.1).',
  },
  'split-seed': {
    type: 'string',
    value: 'N',
    help: 'Another draw of the images that are held out (default 0).',
  },
  'leave-out-leaks': {
    type: 'boolean',
    help: 'Do not judge on images that also occur among those learnt from.',
  },
} as const satisfies Record<string, OptionRule>;

export const CSV_OPTION = {
  'keep-formulas': {
    type: 'boolean',
    help: 'Write texts that spreadsheets take for formulas (= + - @ …) into CSV as they are, without an apostrophe before them.',
  },
} as const satisfies Record<string, OptionRule>;

export const DEVICE_OPTION = {
  device: { type: 'string', value: 'D', help: 'auto (default), cpu, …; see: conmim devices' },
} as const satisfies Record<string, OptionRule>;

const VAL_FRACTION = 0.1;

/** A number above 0 and at most 1, or below 1. */
export function readShare(
  args: Arguments,
  name: string,
  { below = false } = {},
): number | undefined {
  const given = args.text(name);
  if (given === undefined) return undefined;
  return shareOf(`--${name}`, given, below);
}

function shareOf(what: string, given: string, below: boolean): number {
  const value = Number(given);
  if (given.trim() === '' || !(value > 0) || !(below ? value < 1 : value <= 1))
    throw usageError(
      `${what} is "${given}"; it must be a number above 0 and ${below ? 'below' : 'at most'} 1.`,
    );
  return value;
}

/** Numbers above 0 and at most 1, separated by commas. */
export function readShares(args: Arguments, name: string): number[] | undefined {
  return args
    .text(name)
    ?.split(',')
    .map((part) => shareOf(`--${name}`, part, false));
}

/** What the options above say. */
export function readLabelledSpec(
  args: Arguments,
  host: Host,
): Omit<LabelledSpec, 'fraction' | 'fractionSeed' | 'pretrainedOn'> {
  const val = args.text('val');
  const held = readShare(args, 'val-fraction', { below: true });
  if (val !== undefined && held !== undefined)
    throw usageError('--val and --val-fraction exclude each other.');
  return {
    train: path.resolve(host.cwd, args.need('train', 'DIR')),
    val: val === undefined ? null : path.resolve(host.cwd, val),
    valFraction: held ?? VAL_FRACTION,
    splitSeed: args.integer('split-seed', 0) ?? 0,
    leaveOutLeaks: args.flag('leave-out-leaks'),
  };
}

/** `--from`, `--network`, `--checkpoint`; relative paths of what exists start from the current folder. */
export function readModelReference(args: Arguments, option = 'from') {
  const network = args.choice('network', ['teacher', 'student']);
  const step = args.integer('checkpoint', 0);
  return {
    reference: args.need(option, 'RUN|FILE'),
    ...(network === undefined ? {} : { network }),
    ...(step === undefined ? {} : { step }),
  };
}
