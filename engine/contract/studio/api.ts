/**
 * Everything that a surface can ask of the studio, in one table: name → what it takes and gives.
 *
 * The window reaches it over IPC, a browser over a socket, tests directly; both ends parse. What
 * changes by itself arrives as a `Push`.
 */

import { z } from 'zod';
import { changesSchema } from '../jobs/fields.ts';
import { jobRequestSchema, jobs } from '../jobs/register.ts';
import { NAME_LENGTH, nameSchema, textSchema } from '../jobs/values.ts';
import { PRECISIONS } from '../precision.ts';
import { runAboutSchema, TAG_LENGTH } from '../run-about.ts';
import { RECIPE_KINDS } from '../tasks.ts';
import { datasetSchema, imageItemSchema, viewSchema } from './datasets.ts';
import { deviceCheckSchema } from './device-check.ts';
import { evaluationSchema } from './evaluations.ts';
import { checkSchema, jobSchema } from './jobs.ts';
import { modelDetailSchema, modelSchema } from './models.ts';
import {
  runDetailSchema,
  runEventSchema,
  runSummarySchema,
  seriesNameSchema,
  seriesSchema,
} from './runs.ts';
import { settingsSchema } from './settings.ts';

const nothing = z.strictObject({});
const done = z.object({});
const count = z.int().min(0);
/** The name of a folder. */
const id = z.string().min(1).max(255);
const byId = z.strictObject({ id });
const page = { offset: count, count: z.int().min(1).max(1000) };

export const appInfoSchema = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'server']),
  platform: z.string(),
  workspace: z.string(),
  /** Folders that this surface is confined to; everything when empty. */
  roots: z.array(z.string()),
  /** Whether this process runs the queue; another one does when a second surface is open. */
  runsQueue: z.boolean(),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

/** A device as `conmim devices` shows it; one that cannot be used says why. */
export const deviceSchema = z.object({
  /** `cpu`, `webgpu`, … with `:N` for the Nth of a kind, from 0; without it the first. */
  id: z.string(),
  executor: z.string(),
  /**
   * What does the work: a `software-gpu` is a graphics driver on the processor, and a `check` is there to
   * be compared with. Neither is worth training on.
   */
  kind: z.enum(['cpu', 'gpu', 'software-gpu', 'check']),
  /** What stands between the program and the device: `through CUDA, NVIDIA’s own way`. */
  route: z.string().optional(),
  name: z.string(),
  available: z.boolean(),
  /** Why it is not available. */
  reason: z.string().optional(),
  /** What to do about it. */
  advice: z.string().optional(),
  detail: z.string().optional(),
  /** What it can compute in. */
  precisions: z.array(z.enum(PRECISIONS)).readonly(),
  /** Of the device itself, where it is known. */
  memoryBytes: z.number().optional(),
});
export type Device = Readonly<z.infer<typeof deviceSchema>>;

/** What `auto` takes. */
export const deviceChoiceSchema = z.object({
  id: z.string(),
  /** One sentence that begins with the device: what it is, and why it is taken. */
  reason: z.string(),
  /** Devices that have to be tried before it is certain; that happens when `auto` is first used. */
  unchecked: z.array(z.string()),
});
export type DeviceChoice = z.infer<typeof deviceChoiceSchema>;

export const presetSchema = z.object({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  hardware: z.string(),
  expected: z.array(z.object({ hardware: z.string(), images: count, hours: z.number() })),
  /** Of every task, all settings of the recipe of this name. */
  recipes: z.record(z.enum(RECIPE_KINDS), z.record(z.string(), z.unknown())),
});
export type Preset = z.infer<typeof presetSchema>;

/** Measured on this machine with these images and this recipe. */
export const estimateSchema = z.object({
  device: z.string(),
  images: count,
  steps: count,
  stepsPerEpoch: count,
  /** One training step, and reading one batch with the recipe's workers. */
  stepMs: z.number(),
  dataMs: z.number(),
  seconds: z.number(),
  /** Most memory used while measuring. */
  memoryBytes: count,
  machineMemoryBytes: count,
  checkpointBytes: count,
  /** Checkpoints that are kept, and the log. */
  diskBytes: count,
  freeDiskBytes: count,
  /** How many images at once fit into the device's memory, where that is known. */
  fit: z.object({ images: count, memoryBytes: z.number(), text: z.string() }).optional(),
  /** Where the batch does not fit: changes of the recipe with which it does, and why, in words. */
  remedy: z.object({ settings: z.record(z.string(), z.string()), text: z.string() }).optional(),
  warnings: z.array(z.string()),
});
export type Estimate = z.infer<typeof estimateSchema>;

export const folderListingSchema = z.object({
  path: z.string(),
  parent: z.string().optional(),
  entries: z.array(
    z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'file']) }),
  ),
  /** There are more entries than these. */
  cut: z.boolean().optional(),
});
export type FolderListing = z.infer<typeof folderListingSchema>;

export const studioApi = {
  'app.info': { input: nothing, output: appInfoSchema },
  'settings.read': { input: nothing, output: settingsSchema },
  'settings.write': { input: settingsSchema.partial(), output: settingsSchema },
  'folders.list': {
    input: z.strictObject({ path: z.string().max(4096).optional() }),
    output: folderListingSchema,
  },

  'datasets.list': { input: nothing, output: z.array(datasetSchema) },
  'datasets.add': {
    input: z.strictObject({
      kind: z.enum(['images', 'labelled']),
      folders: z.array(textSchema).min(1),
      name: z.string().max(NAME_LENGTH).optional(),
    }),
    output: datasetSchema,
  },
  'datasets.rename': {
    input: z.strictObject({ id, name: nameSchema }),
    output: datasetSchema,
  },
  /** Forgets it; the images are not touched. */
  'datasets.remove': { input: byId, output: done },
  'datasets.scan': { input: byId, output: datasetSchema },
  'datasets.stopScan': { input: byId, output: datasetSchema },
  'datasets.images': {
    input: z.strictObject({
      id,
      ...page,
      show: z.enum(['all', 'duplicates']).optional(),
      class: z.string().max(4096).optional(),
    }),
    output: z.object({ total: count, items: z.array(imageItemSchema) }),
  },
  /** Both augmented views and masks of the data set's images as the first epochs would draw them. */
  'datasets.preview': {
    input: z.strictObject({
      folders: z.array(textSchema).min(1),
      recipe: textSchema,
      settings: changesSchema,
      count: z.int().min(1).max(12),
      /** Another draw. */
      draw: count,
    }),
    output: z.array(viewSchema),
  },

  'recipes.list': { input: nothing, output: z.array(presetSchema) },
  /** Measures; takes up to a minute. A new call ends the one before it. */
  'pretrain.estimate': { input: jobs.pretrain.schema, output: estimateSchema },

  /** The newest, live and waiting ones included. */
  'jobs.list': { input: nothing, output: z.array(jobSchema) },
  /** Checks, and puts it at the end of the queue; light ones begin at once. */
  'jobs.submit': { input: jobRequestSchema, output: jobSchema },
  /** Before another waiting job, or to the end. */
  'jobs.move': {
    input: z.strictObject({ id, before: id.optional() }),
    output: done,
  },
  /** Waiting: taken out. Running: training saves and ends, everything else is ended. */
  'jobs.stop': { input: byId, output: jobSchema },
  /** Takes an ended job off the list; runs and exports stay. */
  'jobs.forget': { input: byId, output: done },
  /** Of a self-test. */
  'jobs.checks': { input: byId, output: z.object({ checks: z.array(checkSchema) }) },
  'jobs.log': {
    input: z.strictObject({ id, lines: z.int().min(1).max(2000) }),
    output: z.object({ lines: z.array(z.string()) }),
  },

  'runs.list': {
    input: z.strictObject({
      ...page,
      /** Part of an id, a name or a tag. */
      search: z.string().max(NAME_LENGTH).optional(),
      kind: z.enum(['pretrain', 'finetune']).optional(),
      tag: z.string().max(TAG_LENGTH).optional(),
      favourite: z.literal(true).optional(),
    }),
    output: z.object({ total: count, items: z.array(runSummarySchema) }),
  },
  'runs.get': { input: byId, output: runDetailSchema },
  'runs.series': {
    input: z.strictObject({
      id,
      names: z.array(seriesNameSchema).min(1),
      /** At most so many pieces of the range; each gives up to two points. */
      pieces: z.int().min(10).max(4000),
      from: count.optional(),
      to: count.optional(),
      /** Gives the mean of each piece as well. */
      means: z.boolean().optional(),
    }),
    output: seriesSchema,
  },
  'runs.events': {
    input: z.strictObject({
      id,
      ...page,
      /** Only what a person should look at: warnings, broken images, rewinds, errors. */
      trouble: z.boolean().optional(),
    }),
    output: z.object({ total: count, items: z.array(runEventSchema) }),
  },
  'runs.control': {
    input: z.strictObject({
      id,
      command: z.enum(['pause', 'resume', 'stop', 'checkpoint']),
    }),
    output: done,
  },
  /**
   * Names it anew, sets its tags, its note, whether it is a favourite; what is not given stays. Its id
   * and folder stay as they are, and so does all that refers to it.
   */
  'runs.edit': { input: runAboutSchema.extend({ id }).strict(), output: runSummarySchema },
  /** Removes the run's folder, checkpoints and all, and says how many bytes they took. */
  'runs.delete': { input: byId, output: z.object({ bytes: count }) },

  'models.list': { input: nothing, output: z.array(modelSchema) },
  'models.describe': {
    input: z.strictObject({
      reference: textSchema,
      network: z.enum(['teacher', 'student']).optional(),
      checkpoint: count.optional(),
    }),
    output: modelDetailSchema,
  },
  /** What an evaluation job found. */
  'evaluations.get': {
    input: z.strictObject({ job: id }),
    output: evaluationSchema,
  },
  'devices.list': {
    input: nothing,
    output: z.object({
      devices: z.array(deviceSchema),
      /** Of devices that were tried on this machine, as they are now. */
      checks: z.array(deviceCheckSchema),
      chosen: deviceChoiceSchema.optional(),
      machine: z.object({
        cpu: z.string(),
        cores: count,
        memoryBytes: count,
        freeDiskBytes: count,
      }),
    }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type StudioApi = typeof studioApi;
export type CommandName = keyof StudioApi;
export type InputOf<N extends CommandName> = z.input<StudioApi[N]['input']>;
export type OutputOf<N extends CommandName> = z.output<StudioApi[N]['output']>;

/** What arrives unasked. */
export const pushSchema = z.discriminatedUnion('topic', [
  /** One job that is new or has changed; `removed` when it left the list. */
  z.object({ topic: z.literal('job'), job: jobSchema }),
  z.object({ topic: z.literal('job-removed'), id: z.string() }),
  /** The order of waiting jobs. */
  z.object({ topic: z.literal('queue'), waiting: z.array(z.string()) }),
  z.object({ topic: z.literal('dataset'), dataset: datasetSchema }),
  z.object({ topic: z.literal('dataset-removed'), id: z.string() }),
  z.object({ topic: z.literal('settings'), settings: settingsSchema }),
  /** A live run has gone on: its record, and what its last step measured. At most twice a second. */
  z.object({
    topic: z.literal('run'),
    run: runSummarySchema,
    latest: z.record(z.string(), z.number()).optional(),
    /** New events other than steps. */
    events: z.array(runEventSchema),
  }),
]);
export type Push = z.infer<typeof pushSchema>;

/** The studio as a surface sees it. */
export interface StudioPort {
  /**
   * @param signal that nobody waits for the answer any more
   * @throws StudioError
   */
  call<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    signal?: AbortSignal,
  ): Promise<OutputOf<N>>;
  /** @returns ends the subscription */
  subscribe(listener: (push: Push) => void): () => void;
}
