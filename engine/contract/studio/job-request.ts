/**
 * What can be asked of the engine as a job, in one form for the window, the queue on disk and the
 * command line: every job is one `conmim` command, and `jobArguments` is that command.
 */

import { z } from 'zod';
import { PRECISIONS } from '../precision.ts';

/** A path, or what stands for one; systems take no longer ones. */
export const textSchema = z.string().min(1).max(4096);
/** Characters that a name may have. */
export const NAME_LENGTH = 200;
/** What people call things, repeated in every list. */
export const nameSchema = z.string().min(1).max(NAME_LENGTH);
/** A word that the program gives, such as a device's. */
const word = z.string().min(1).max(100);
/** `key=value` changes to a recipe, which has some dozens of settings. */
export const changesSchema = z
  .record(z.string().max(100), z.string().max(1000))
  .refine((changes) => Object.keys(changes).length <= 200, 'has more than 200 settings');
const text = textSchema;
const networkSchema = z.enum(['teacher', 'student']);
const stepSchema = z.int().min(0);

/** A trained network: a run, a file or folder of weights. */
const from = { from: text, network: networkSchema.optional(), checkpoint: stepSchema.optional() };

/** Labelled images to learn from and to judge on. */
const labelled = {
  train: text,
  val: text.optional(),
  valFraction: z.number().gt(0).lt(1).optional(),
  splitSeed: z.int().min(0).optional(),
  leaveOutLeaks: z.boolean().optional(),
};

/** A recipe by name or file, and `key=value` changes to it as people type them. */
const training = { recipe: text.optional(), settings: changesSchema, device: word };
const name = nameSchema.optional();

export const modeSchema = z
  .string()
  .regex(/^(full|linear|partial:\d{1,6})$/, 'must be full, linear or partial:K');

export const pretrainRequestSchema = z.strictObject({
  kind: z.literal('pretrain'),
  folders: z.array(text).min(1),
  ...training,
  name,
  /** A run or continuation package to go on from; it brings its own recipe. */
  from: text.optional(),
});

export const finetuneRequestSchema = z.strictObject({
  kind: z.literal('finetune'),
  ...from,
  ...labelled,
  fraction: z.number().gt(0).max(1).optional(),
  mode: modeSchema,
  ...training,
  name,
});

export const compareRequestSchema = z.strictObject({
  kind: z.literal('compare'),
  ...from,
  ...labelled,
  fractions: z.array(z.number().gt(0).max(1)).min(1).max(100),
  seeds: z.int().min(1).max(20),
  modes: z.array(modeSchema).min(1).max(100),
  ...training,
  /** Results of the same comparison, to go on with the trainings that are left. */
  out: text.optional(),
});

export const evaluateRequestSchema = z.strictObject({
  kind: z.literal('evaluate'),
  model: text,
  checkpoint: stepSchema.optional(),
  data: text,
  device: word,
});

export const knnRequestSchema = z.strictObject({
  kind: z.literal('knn'),
  ...from,
  train: text,
  val: text,
  k: z.int().min(1),
  device: word,
});

export const embedRequestSchema = z.strictObject({
  kind: z.literal('embed'),
  ...from,
  data: text,
  format: z.enum(['csv', 'npy', 'parquet']),
  pooling: z.enum(['mean', 'cls']),
  layer: z.int().min(1).optional(),
  out: text,
  device: word,
});

export const EXPORT_FORMATS = ['safetensors', 'timm', 'hf', 'onnx', 'continuation'] as const;

export const exportRequestSchema = z.strictObject({
  kind: z.literal('export'),
  model: text,
  format: z.enum(EXPORT_FORMATS),
  network: networkSchema.optional(),
  checkpoint: stepSchema.optional(),
  /** A file for safetensors and onnx, a folder for the others. */
  out: text,
});

export const importRequestSchema = z.strictObject({
  kind: z.literal('import'),
  file: text,
  /** Where the network is kept, a folder. */
  out: text,
  /** One of a file with several: `teacher`, `student`, `ema`, or a name that the file has. */
  network: nameSchema.optional(),
  heads: z.int().min(1).optional(),
  imageSize: word.optional(),
  mean: word.optional(),
  std: word.optional(),
});

export const resumeRequestSchema = z.strictObject({
  kind: z.literal('resume'),
  run: text,
  /** Another than the run was on. */
  device: word.optional(),
  precision: z.enum(PRECISIONS).optional(),
  acceptChangedData: z.boolean().optional(),
});

export const selftestRequestSchema = z.strictObject({
  kind: z.literal('selftest'),
  device: word,
});

/** Tries every device that `auto` chooses among. */
export const devicesRequestSchema = z.strictObject({ kind: z.literal('devices') });

export const jobRequestSchema = z.discriminatedUnion('kind', [
  pretrainRequestSchema,
  finetuneRequestSchema,
  compareRequestSchema,
  evaluateRequestSchema,
  knnRequestSchema,
  embedRequestSchema,
  exportRequestSchema,
  importRequestSchema,
  resumeRequestSchema,
  selftestRequestSchema,
  devicesRequestSchema,
]);

export type JobRequest = z.infer<typeof jobRequestSchema>;
export type JobKind = JobRequest['kind'];
export type RequestOf<K extends JobKind> = Extract<JobRequest, { kind: K }>;

/** Where results of a job go that names no place itself. */
export interface JobPlaces {
  readonly workspace: string;
  /** A folder for tables and figures. */
  readonly results: string;
}

type Option = string | number | boolean | undefined | readonly (string | number)[];

/** `--name value` for each option that is given; lists are joined by commas. */
function options(values: Readonly<Record<string, Option>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    const written = Array.isArray(value) ? value.join(',') : String(value);
    // A value that begins with a dash would be read as an option.
    return written.startsWith('-') ? [`--${name}=${written}`] : [`--${name}`, written];
  });
}

/** `--set key=value` for each of a recipe's settings. */
export function settingOptions(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
}

const fromOptions = ({ from, network, checkpoint }: RequestOf<'knn'> | RequestOf<'finetune'>) =>
  options({ from, network: from === 'scratch' ? undefined : network, checkpoint });

function labelledOptions(request: RequestOf<'finetune' | 'compare'>): string[] {
  const { train, val, valFraction, splitSeed, leaveOutLeaks } = request;
  return options({
    train,
    val,
    'val-fraction': val === undefined ? valFraction : undefined,
    'split-seed': splitSeed,
    'leave-out-leaks': leaveOutLeaks,
  });
}

const WRITERS: {
  readonly [K in JobKind]: (request: RequestOf<K>, places: JobPlaces) => readonly string[];
} = {
  pretrain: ({ folders, from, recipe, settings, device, name }) => [
    ...folders.flatMap((folder) => options({ data: folder })),
    ...options({ from, recipe: from === undefined ? recipe : undefined, device, name }),
    ...settingOptions(settings),
  ],
  finetune: (request) => [
    ...fromOptions(request),
    ...labelledOptions(request),
    ...options({ fraction: request.fraction, mode: request.mode, recipe: request.recipe }),
    ...options({ device: request.device, name: request.name }),
    ...settingOptions(request.settings),
  ],
  compare: (request, { results }) => [
    ...options({ from: request.from, network: request.network, checkpoint: request.checkpoint }),
    ...labelledOptions(request),
    ...options({ fractions: request.fractions, seeds: request.seeds, mode: request.modes }),
    ...options({ recipe: request.recipe, device: request.device, out: request.out ?? results }),
    ...settingOptions(request.settings),
  ],
  evaluate: ({ model, checkpoint, data, device }, { results }) =>
    options({ model, checkpoint, data, device, out: results }),
  knn: (request) => [
    ...fromOptions(request),
    ...options({ train: request.train, val: request.val, k: request.k, device: request.device }),
  ],
  embed: ({ kind: _, ...request }) => options(request),
  export: ({ kind: _, model, ...request }) => [...options(request), '--', model],
  import: ({ kind: _, file, out, network, heads, imageSize, mean, std }) => [
    ...options({ out, network, heads, 'image-size': imageSize, mean, std }),
    ...['--', file],
  ],
  resume: ({ run, device, precision, acceptChangedData }) => [
    ...options({ device, precision, 'accept-changed-data': acceptChangedData }),
    ...['--', run],
  ],
  selftest: ({ device }) => options({ device }),
  devices: () => ['--check'],
};

/** Commands that know no workspace. */
const WITHOUT_WORKSPACE: ReadonlySet<JobKind> = new Set(['import', 'selftest', 'devices']);

/** What follows `conmim` on the command line for this job. */
export function jobArguments(request: JobRequest, places: JobPlaces): string[] {
  const write = WRITERS[request.kind] as (request: JobRequest, places: JobPlaces) => string[];
  const workspace = WITHOUT_WORKSPACE.has(request.kind) ? undefined : places.workspace;
  return [request.kind, ...options({ workspace }), ...write(request, places)];
}

/** A command line as people copy it into a shell. */
export function shellText(words: readonly string[]): string {
  const quote = (word: string) =>
    /^[\w@%+=:,./~-]+$/.test(word) ? word : `"${word.replaceAll(/(["\\$`])/g, '\\$1')}"`;
  return words.map(quote).join(' ');
}
