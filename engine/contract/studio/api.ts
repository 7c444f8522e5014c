/**
 * The studio's interface to surfaces in one table: name → input and output.
 *
 * The window calls it over IPC, a browser over a socket, tests directly; both sides validate.
 * Changes arrive as `Push`.
 */

import { z } from 'zod';
import { denseLabelsSchema } from '../dense-labels.ts';
import { changesSchema } from '../jobs/fields.ts';
import { jobRequestSchema, jobs } from '../jobs/register.ts';
import { NAME_LENGTH, nameSchema, textSchema } from '../jobs/values.ts';
import { PRECISIONS } from '../precision.ts';
import { runAboutSchema } from '../run-about.ts';
import { studySchema } from '../study/study.ts';
import { RECIPE_KINDS } from '../tasks.ts';
import { attentionRequestSchema, attentionSchema } from './attention.ts';
import {
  DATASET_KINDS,
  datasetSchema,
  imageItemSchema,
  imageLabelsSchema,
  preparedSetSchema,
  stackChannelsSchema,
  tilesSchema,
  viewSchema,
} from './datasets.ts';
import { densePredictionPageSchema } from './dense-predictions.ts';
import { deviceCheckSchema } from './device-check.ts';
import {
  evaluatedImagesSchema,
  evaluationSchema,
  labelMistakesSchema,
  mistakeFilterFields,
} from './evaluations.ts';
import { checkSchema, jobSchema } from './jobs.ts';
import { learningBandSchema } from './learning-band.ts';
import { lookupAboutSchema, lookupImageSchema, lookupResultSchema, wordSchema } from './lookup.ts';
import {
  likeImageSchema,
  mapAboutSchema,
  mapClassesSchema,
  mapImageSchema,
  mapPointsSchema,
  similarImageSchema,
} from './map.ts';
import { modelDetailSchema, modelSchema } from './models.ts';
import { neighbourListSchema } from './neighbours.ts';
import {
  objectFilterFields,
  objectFormatSchema,
  objectPredictionPageSchema,
  savedObjectsSchema,
} from './object-predictions.ts';
import { ownPresetSchema, ownPresetsSchema, presetNameSchema } from './own-presets.ts';
import { predictionFilterSchema, predictionPageSchema, rowLabelsSchema } from './predictions.ts';
import { resultFilesSchema } from './results.ts';
import { runRanksSchema } from './run-ranks.ts';
import { runFilterFields, runOrderFields, runRowSchema } from './run-table.ts';
import {
  evaluationPicturesSchema,
  runDetailSchema,
  runEventSchema,
  runSummarySchema,
  seriesNameSchema,
  seriesSchema,
  xAxisSchema,
} from './runs.ts';
import { settingsChangeSchema, settingsSchema } from './settings.ts';
import { studentStepSchema, studentViewsSchema } from './student.ts';

const nothing = z.strictObject({});
const done = z.object({});
const count = z.int().min(0);
/** The name of a folder. */
const id = z.string().min(1).max(255);
const byId = z.strictObject({ id });
/** A job that evaluates or fine-tunes, or a run. */
const evaluatedSchema = z.strictObject({ job: id.optional(), run: id.optional() });
/** A run, and by default its newest index of patches. */
const lookupFields = { id, name: z.string().min(1).max(255).optional() };
/** A map that a run keeps. */
const mapFields = { id, name: z.string().min(1).max(255) };
const page = { offset: count, count: z.int().min(1).max(1000) };

export const appInfoSchema = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'server']),
  platform: z.string(),
  workspace: z.string(),
  /** Folders that this surface is confined to; no limit when empty. */
  roots: z.array(z.string()),
  /** Whether this process runs the queue; with several surfaces, only one does. */
  runsQueue: z.boolean(),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

/** A device as `conmim devices` shows it; an unavailable one has a reason. */
export const deviceSchema = z.object({
  /** `cpu`, `webgpu`, … with `:N` for the Nth of a kind, from 0; the first without it. */
  id: z.string(),
  executor: z.string(),
  /**
   * A `software-gpu` is a graphics driver on the processor, and a `check` serves comparisons.
   * Neither is suitable for training, so no form offers them.
   */
  kind: z.enum(['cpu', 'gpu', 'software-gpu', 'check']),
  /** Libraries between the program and the device: `through CUDA, NVIDIA’s own way`. */
  route: z.string().optional(),
  name: z.string(),
  available: z.boolean(),
  reason: z.string().optional(),
  advice: z.string().optional(),
  detail: z.string().optional(),
  precisions: z.array(z.enum(PRECISIONS)).readonly(),
  /** Why it does not compute in a precision, where that is known: words that complete a sentence. */
  lacks: z.partialRecord(z.enum(PRECISIONS), z.string()).optional(),
  memoryBytes: z.number().optional(),
});
export type Device = Readonly<z.infer<typeof deviceSchema>>;

/** The choice of `auto`. */
export const deviceChoiceSchema = z.object({
  id: z.string(),
  /** A sentence that begins with the device, with the reason of the choice. */
  reason: z.string(),
  /** Devices to be checked before the choice is final, which happens when `auto` is first used. */
  unchecked: z.array(z.string()),
});
export type DeviceChoice = z.infer<typeof deviceChoiceSchema>;

export const presetSchema = z.object({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  hardware: z.string(),
  expected: z.array(z.object({ hardware: z.string(), images: count, hours: z.number() })),
  /** The recipe of this name for every task, with all settings. */
  recipes: z.record(z.enum(RECIPE_KINDS), z.record(z.string(), z.unknown())),
});
export type Preset = z.infer<typeof presetSchema>;

/** A measurement on this machine with these images and this recipe. */
export const estimateSchema = z.object({
  device: z.string(),
  images: count,
  steps: count,
  stepsPerEpoch: count,
  /** Time of one training step, and of loading one batch with the recipe's workers. */
  stepMs: z.number(),
  dataMs: z.number(),
  seconds: z.number(),
  /** Peak memory of the measurement. */
  memoryBytes: count,
  machineMemoryBytes: count,
  checkpointBytes: count,
  /** Size of the checkpoints that are kept, and of the log. */
  diskBytes: count,
  freeDiskBytes: count,
  /** How many images per pass fit into the device's memory, where known. */
  fit: z.object({ images: count, memoryBytes: z.number(), text: z.string() }).optional(),
  /** If the batch does not fit: changes of the recipe with which it does, and the reason. */
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
  /** Whether there are more entries. */
  cut: z.boolean().optional(),
  pictures: z.array(z.string()).optional(),
});
export type FolderListing = z.infer<typeof folderListingSchema>;

export const studioApi = {
  'app.info': { input: nothing, output: appInfoSchema },
  'settings.read': { input: nothing, output: settingsSchema },
  'settings.write': { changes: true, input: settingsChangeSchema, output: settingsSchema },
  'folders.list': {
    input: z.strictObject({ path: z.string().max(4096).optional() }),
    output: folderListingSchema,
  },

  'datasets.list': { input: nothing, output: z.array(datasetSchema) },
  'datasets.add': {
    changes: true,
    input: z.strictObject({
      kind: z.enum(DATASET_KINDS),
      folders: z.array(textSchema).min(1),
      name: z.string().max(NAME_LENGTH).optional(),
      several: z.boolean().optional(),
      labelSeparator: z.string().min(1).max(10).optional(),
      dense: denseLabelsSchema.optional(),
    }),
    output: datasetSchema,
  },
  'datasets.rename': {
    changes: true,
    input: z.strictObject({ id, name: nameSchema }),
    output: datasetSchema,
  },
  /** How masks or boxes are read; scans again. */
  'datasets.readLabels': {
    changes: true,
    input: z.strictObject({ id, dense: denseLabelsSchema.optional() }),
    output: datasetSchema,
  },
  /** How large images are divided into tiles, and stacks into images; scans again. */
  'datasets.divide': {
    changes: true,
    input: z.strictObject({
      id,
      tiles: tilesSchema,
      stackChannels: stackChannelsSchema.optional(),
    }),
    output: datasetSchema,
  },
  /** Leave images of a map out of the set, or take them `back`; scans again. */
  'datasets.exclude': {
    changes: true,
    input: z.strictObject({
      id,
      map: z.strictObject({ ...mapFields, rows: z.array(count).min(1).max(100_000) }),
      back: z.boolean(),
    }),
    output: datasetSchema,
  },
  /** Take excluded images back, or all of them; scans again. */
  'datasets.takeBack': {
    changes: true,
    input: z.strictObject({ id, paths: z.array(textSchema).min(1).max(100).optional() }),
    output: datasetSchema,
  },
  'datasets.excluded': {
    input: z.strictObject({ id, ...page }),
    output: z.object({ total: count, items: z.array(z.object({ path: z.string() })) }),
  },
  /** Images that were shrunk once, and what they take on the disk. */
  'prepared.list': { input: nothing, output: z.array(preparedSetSchema) },
  'prepared.remove': {
    changes: true,
    input: z.strictObject({ name: textSchema }),
    output: z.object({ bytes: z.number() }),
  },
  /** Removes it from the list; the images are not touched. */
  'datasets.remove': { changes: true, input: byId, output: done },
  'datasets.scan': { changes: true, input: byId, output: datasetSchema },
  'datasets.stopScan': { changes: true, input: byId, output: datasetSchema },
  /** The folders and lists of a data set that are not there now. */
  'datasets.missing': { input: byId, output: z.object({ folders: z.array(z.string()) }) },
  'datasets.images': {
    input: z.strictObject({
      id,
      ...page,
      show: z.enum(['all', 'duplicates']).optional(),
      class: z.string().max(4096).optional(),
      /** Lower edge of a bin of the report's histogram of sizes. */
      side: count.optional(),
      /** Path of one of the report's folders. */
      folder: z.string().max(4096).optional(),
      /** By default the order of the paths. */
      order: z.enum(['shuffled', 'class']).optional(),
      /** Seed of the shuffled order. */
      seed: z.int().min(0).max(0x7fffffff).optional(),
    }),
    output: z.object({ total: count, items: z.array(imageItemSchema) }),
  },
  /** Masks and boxes of an image, as a picture up to that width and height. */
  'datasets.labels': {
    input: z.strictObject({ id, index: count, side: z.int().min(16).max(4096) }),
    output: imageLabelsSchema,
  },
  /** Both augmented views and the masks of images, as the first epochs draw them. */
  'datasets.preview': {
    input: z.strictObject({
      folders: z.array(textSchema).min(1),
      /** Lists of images that are left out. */
      exclude: z.array(textSchema).max(100).optional(),
      recipe: textSchema,
      settings: changesSchema,
      count: z.int().min(1).max(12),
      draw: count,
    }),
    output: z.array(viewSchema),
  },

  'recipes.list': { input: nothing, output: z.array(presetSchema) },
  'presets.list': { input: nothing, output: ownPresetsSchema },
  /** Saves the text of a recipe file under a name. */
  'presets.save': {
    changes: true,
    input: presetNameSchema.extend({ text: z.string().max(60_000), replace: z.boolean() }),
    output: ownPresetSchema,
  },
  'presets.rename': {
    changes: true,
    input: presetNameSchema.extend({ to: nameSchema }),
    output: z.object({ name: z.string() }),
  },
  'presets.delete': { changes: true, input: presetNameSchema, output: done },
  /** Measures for up to a minute. A new call cancels the previous one. */
  'pretrain.estimate': { input: jobs.pretrain.schema, output: estimateSchema },

  /** The newest ones, including waiting and running ones. */
  'jobs.list': { input: nothing, output: z.array(jobSchema) },
  /** Checks a request and appends it to the queue; jobs that need no device may start at once. */
  'jobs.submit': { changes: true, input: jobRequestSchema, output: jobSchema },
  /** Moves it before another waiting job, or to the end. */
  'jobs.move': {
    changes: true,
    input: z.strictObject({ id, before: id.optional() }),
    output: done,
  },
  /** Removes a waiting job from the queue. A training saves and ends; other jobs are ended. */
  'jobs.stop': { changes: true, input: byId, output: jobSchema },
  /** Removes an ended job from the list; runs and exports stay. */
  'jobs.forget': { changes: true, input: byId, output: done },
  'jobs.checks': { input: byId, output: z.object({ checks: z.array(checkSchema) }) },
  'jobs.log': {
    input: z.strictObject({ id, lines: z.int().min(1).max(2000) }),
    output: z.object({ lines: z.array(z.string()) }),
  },

  'runs.list': {
    input: z.strictObject({
      ...page,
      ...runFilterFields,
      ...runOrderFields,
    }),
    output: z.object({ total: count, items: z.array(runSummarySchema) }),
  },
  /** Rows of the table of runs; those of a comparison are folded unless its folder is in `opened`. */
  'runs.table': {
    input: z.strictObject({
      ...page,
      ...runFilterFields,
      ...runOrderFields,
      opened: z.array(z.string().max(4096)).max(100).optional(),
    }),
    output: z.object({
      /** Number of rows, and of matching runs. */
      total: count,
      runs: count,
      /** Tags of all runs of the workspace. */
      tags: z.array(z.string()),
      items: z.array(runRowSchema),
    }),
  },
  'runs.size': {
    input: z.strictObject({ ids: z.array(id).min(1).max(1000) }),
    output: z.object({ bytes: count }),
  },
  'runs.get': { input: byId, output: runDetailSchema },
  'runs.series': {
    input: z.strictObject({
      id,
      names: z.array(seriesNameSchema).min(1),
      /** Most pieces of the range; each yields up to two points. */
      pieces: z.int().min(10).max(4000),
      /** What curves are to be drawn over; by default steps. */
      x: xAxisSchema.optional(),
      from: z.number().min(0).optional(),
      to: z.number().min(0).optional(),
      /** Whether to return the mean of each piece too. */
      means: z.boolean().optional(),
    }),
    output: seriesSchema,
  },
  'runs.events': {
    input: z.strictObject({
      id,
      ...page,
      /** Only warnings, broken images, rewinds and errors. */
      trouble: z.boolean().optional(),
    }),
    output: z.object({ total: count, items: z.array(runEventSchema) }),
  },
  /** The processes that share each batch; none where one process trains, or where none was told. */
  'runs.ranks': { input: byId, output: z.object({ found: runRanksSchema.optional() }) },
  /** Pictures of the newest evaluations, oldest first. */
  'runs.pictures': {
    input: byId,
    output: z.object({ evaluations: z.array(evaluationPicturesSchema) }),
  },
  /** What the student of a pre-training saw; without views where none are kept. */
  'runs.student': {
    input: byId,
    output: z.object({ views: studentViewsSchema.optional(), steps: z.array(z.int()) }),
  },
  'runs.studentStep': {
    input: z.strictObject({ id, step: z.int().min(0) }),
    output: studentStepSchema,
  },
  'runs.control': {
    changes: true,
    input: z.strictObject({
      id,
      command: z.enum(['pause', 'resume', 'stop', 'checkpoint']),
    }),
    output: done,
  },
  /** What healthy earlier runs of the recipe of a run measured; undefined for fewer than three. */
  'runs.learningBand': { input: byId, output: z.object({ band: learningBandSchema.optional() }) },
  /** Sets its name, tags, note and favourite mark; omitted fields and references are kept. */
  'runs.edit': {
    changes: true,
    input: runAboutSchema.extend({ id }).strict(),
    output: runSummarySchema,
  },
  /** Deletes the run's folder with its checkpoints and returns its size in bytes. */
  'runs.delete': { changes: true, input: byId, output: z.object({ bytes: count }) },

  /** The indexes of patches that a run keeps, newest first. */
  'insight.lookups': { input: byId, output: z.object({ items: z.array(lookupAboutSchema) }) },
  'insight.lookupImages': {
    input: z.strictObject({ ...lookupFields, ...page }),
    output: z.object({ total: count, items: z.array(lookupImageSchema) }),
  },
  /** Clusters of patches, the largest first. */
  'insight.lookupWords': {
    input: z.strictObject({ ...lookupFields, ...page }),
    output: z.object({ total: count, items: z.array(wordSchema) }),
  },
  /** The patches nearest to one of an image of the index, by its position, or of another image. */
  'insight.lookupPatch': {
    input: z.strictObject({
      ...lookupFields,
      image: z.union([count, textSchema]),
      row: count,
      col: count,
      k: z.int().min(1).max(100),
      /** Whether to return what the loss compares within the image. */
      scores: z.boolean(),
    }),
    output: lookupResultSchema,
  },

  /** The maps of images that a run keeps, newest first. */
  'insight.maps': { input: byId, output: z.object({ items: z.array(mapAboutSchema) }) },
  'insight.mapPoints': { input: z.strictObject(mapFields), output: mapPointsSchema },
  'insight.mapImages': {
    input: z.strictObject({ ...mapFields, rows: z.array(count).max(500) }),
    output: z.object({ items: z.array(mapImageSchema) }),
  },
  /** The labels that a labelled data set gives the images of a map. */
  'insight.mapClasses': {
    input: z.strictObject({ ...mapFields, dataset: id }),
    output: mapClassesSchema,
  },
  /** The images of a map that lists of excluded images name. */
  'insight.mapExcluded': {
    input: z.strictObject({ ...mapFields, lists: z.array(textSchema).min(1).max(100) }),
    output: z.object({ rows: z.array(count) }),
  },
  /** Write classes of images on a map into a labelled set of the workspace, which is made if missing. */
  'insight.nameOnMap': {
    changes: true,
    input: z.strictObject({
      ...mapFields,
      set: nameSchema,
      classes: z
        .array(
          z.strictObject({
            label: z.string().min(1).max(1000),
            rows: z.array(count).min(1).max(100_000),
          }),
        )
        .min(1)
        .max(1000),
    }),
    output: datasetSchema,
  },
  /** The images most similar to one of the map, by features. */
  'insight.mapSimilar': {
    input: z.strictObject({ ...mapFields, row: count, k: z.int().min(1).max(200) }),
    output: z.object({ items: z.array(similarImageSchema) }),
  },
  /** The images of a map that are most similar to one of any file. */
  'insight.mapLike': {
    input: z.strictObject({ ...mapFields, file: textSchema, k: z.int().min(1).max(200) }),
    output: likeImageSchema,
  },

  'models.list': { input: nothing, output: z.array(modelSchema) },
  'models.describe': {
    input: z.strictObject({
      reference: textSchema,
      network: z.enum(['teacher', 'student']).optional(),
      checkpoint: count.optional(),
    }),
    output: modelDetailSchema,
  },
  /** The task of a network by run, folder or file, also of an exported ONNX file; none without classes. */
  'models.task': {
    input: z.strictObject({ reference: textSchema }),
    output: z.object({ task: z.string().optional() }),
  },
  /** Where the class tokens of networks look. */
  'insight.attention': { input: attentionRequestSchema, output: attentionSchema },
  /** The evaluation that a job has made, or that a run keeps of its best checkpoint. */
  'evaluations.get': { input: evaluatedSchema, output: evaluationSchema },
  /** The files that a job or a run has written, and exports of the network of a run. */
  'results.files': { input: evaluatedSchema, output: resultFilesSchema },
  /** Evaluated images: those of an actual class, of a predicted one, or of both. */
  'evaluations.images': {
    input: evaluatedSchema.extend({
      actual: z.string().max(4096).optional(),
      predicted: z.string().max(4096).optional(),
      ...page,
    }),
    output: evaluatedImagesSchema,
  },
  /** Wrong labels, where images may have several. */
  'evaluations.mistakes': {
    input: evaluatedSchema.extend({ ...mistakeFilterFields, ...page }),
    output: labelMistakesSchema,
  },
  /** What a study has given so far; the input is its job. @throws StudioError `study-missing` */
  'studies.get': { input: z.strictObject({ job: id }), output: studySchema },
  /** A report as one HTML file: of a run, or of the comparison or study of a job. */
  'reports.build': {
    input: evaluatedSchema.extend({
      /** With pictures that show images of the user. */
      pictures: z.boolean().optional(),
    }),
    output: z.object({ name: z.string(), html: z.string() }),
  },
  /** Query images of a kNN job with their neighbours. */
  'evaluations.neighbours': {
    input: z.strictObject({ job: id, ...page }),
    output: neighbourListSchema.extend({ total: count }),
  },
  /** Rows of a prediction job so far. */
  'predictions.get': {
    input: predictionFilterSchema.extend({
      job: id,
      ...page,
      /** The labelled set whose labels are shown too. */
      set: nameSchema.optional(),
    }),
    output: predictionPageSchema,
  },
  /** Images of a prediction job so far whose network says where things are. */
  'predictions.dense': {
    input: z.strictObject({
      job: id,
      ...page,
      /** Only images with this class. */
      class: z.string().max(4096).optional(),
    }),
    output: densePredictionPageSchema,
  },
  /** What was predicted for an image, as a picture that is transparent elsewhere. */
  'predictions.mask': {
    input: z.strictObject({
      job: id,
      row: count,
      /** Longer side of the picture, at most. */
      side: z.int().min(16).max(4096),
      /** Only this class. */
      class: z.string().max(4096).optional(),
    }),
    output: z.object({ type: z.literal('image/webp'), base64: z.string() }),
  },
  /** Images of a prediction job so far whose network finds objects. */
  'predictions.objects': {
    input: z.strictObject({ job: id, ...page, ...objectFilterFields }),
    output: objectPredictionPageSchema,
  },
  /** Writes the objects of a prediction job in another format, beside its own file. */
  'predictions.save': {
    changes: true,
    input: z.strictObject({ job: id, format: objectFormatSchema, ...objectFilterFields }),
    output: savedObjectsSchema,
  },
  /** Labels images of a prediction job, in a labelled set of the workspace, which is made if needed. */
  'predictions.label': {
    changes: true,
    input: z.strictObject({
      job: id,
      set: nameSchema,
      rows: z.array(rowLabelsSchema).min(1).max(1000),
    }),
    output: datasetSchema,
  },
  'devices.list': {
    input: nothing,
    output: z.object({
      devices: z.array(deviceSchema),
      /** Known checks of this machine's devices. */
      checks: z.array(deviceCheckSchema),
      chosen: deviceChoiceSchema.optional(),
      /** What `auto` takes for the other precisions in which a device computes. */
      chosenFor: z.partialRecord(z.enum(PRECISIONS), deviceChoiceSchema),
      machine: z.object({
        cpu: z.string(),
        cores: count,
        memoryBytes: count,
        freeDiskBytes: count,
        /** The MPI library that starts several ranks here; left out where there is none. */
        mpi: z.string().optional(),
      }),
    }),
  },
} as const satisfies Record<
  string,
  {
    input: z.ZodType;
    output: z.ZodType;
    /** Whether it changes something, so that it must not be delayed. */
    changes?: true;
  }
>;

export type StudioApi = typeof studioApi;
export type CommandName = keyof StudioApi;
export type InputOf<N extends CommandName> = z.input<StudioApi[N]['input']>;
export type OutputOf<N extends CommandName> = z.output<StudioApi[N]['output']>;

/** Messages that the studio sends unrequested. */
export const pushSchema = z.discriminatedUnion('topic', [
  /** A job that is new or has changed; `removed` if it left the list. */
  z.object({ topic: z.literal('job'), job: jobSchema }),
  z.object({ topic: z.literal('job-removed'), id: z.string() }),
  /** The order of waiting jobs. */
  z.object({ topic: z.literal('queue'), waiting: z.array(z.string()) }),
  z.object({ topic: z.literal('dataset'), dataset: datasetSchema }),
  z.object({ topic: z.literal('dataset-removed'), id: z.string() }),
  z.object({ topic: z.literal('settings'), settings: settingsSchema }),
  /** Presets were saved, renamed or deleted. */
  z.object({ topic: z.literal('presets') }),
  /** Progress of a running run: its record, and values of its last step. At most twice a second. */
  z.object({
    topic: z.literal('run'),
    run: runSummarySchema,
    latest: z.record(z.string(), z.number()).optional(),
    /** New events other than steps. */
    events: z.array(runEventSchema),
  }),
]);
export type Push = z.infer<typeof pushSchema>;

export interface StudioPort {
  /** @param signal tells that the answer is not needed any more @throws StudioError */
  call<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    signal?: AbortSignal,
  ): Promise<OutputOf<N>>;
  /** @returns a function that ends the subscription */
  subscribe(listener: (push: Push) => void): () => void;
}
