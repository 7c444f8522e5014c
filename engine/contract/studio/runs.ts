/** Runs as surfaces show them, read from their files. */
import { z } from 'zod';
import { runAboutSchema } from '../run-about.ts';
import { scoresSchema } from '../scores.ts';

const count = z.int().min(0);

/** The statuses in run.json. */
export const RUN_STATUSES = ['created', 'running', 'paused', 'stopped', 'done', 'failed'] as const;
/** `died` is the status of a run whose process exited while it was running. */
export const shownStatusSchema = z.enum([...RUN_STATUSES, 'died']);

export const runSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  ...runAboutSchema.omit({ name: true }).shape,
  kind: z.enum(['pretrain', 'finetune']),
  /** Name of the task; left out for classification and pre-training. */
  task: z.string().optional(),
  status: shownStatusSchema,
  reason: z.object({ code: z.string(), message: z.string() }).optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  step: count,
  totalSteps: count,
  device: z.string(),
  images: count,
  /** The best evaluation so far, for runs with evaluations. */
  best: scoresSchema.and(z.object({ step: count })).optional(),
  from: z.string().optional(),
  /** Folder of the comparison that it is part of. */
  comparison: z.string().optional(),
  /** Folder of the study that it is part of. */
  study: z.string().optional(),
  /** Values of its last step, in lists. */
  last: z
    .object({ loss: z.number(), match: z.number(), imagesPerSecond: z.number() })
    .partial()
    .optional(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const checkpointItemSchema = z.object({
  step: count,
  bytes: count,
  savedAt: z.iso.datetime(),
  best: z.boolean(),
});

export const runDetailSchema = runSummarySchema.extend({
  dir: z.string(),
  /** Its initial name, if it was renamed. */
  firstName: z.string().optional(),
  /** For an automatically chosen device: the sentence with the reason. */
  deviceReason: z.string().optional(),
  recipe: z.record(z.string(), z.unknown()),
  folders: z.array(z.string()),
  fingerprint: z.string(),
  /** The list of images that are left out, and how many of them were there. */
  excluded: z.object({ file: z.string(), images: count.optional() }).optional(),
  /** Where its images are read from if they were prepared. */
  prepared: z.object({ folder: z.string(), images: count }).optional(),
  /** The most bytes that its images take when they are prepared; of pre-trainings alone. */
  preparedBytes: z.number().optional(),
  versions: z.record(z.string(), z.string()),
  classes: z.array(z.string()).optional(),
  /** For fine-tuning: the folder or list of labelled images. */
  train: z.string().optional(),
  val: z.string().optional(),
  checkpoints: z.array(checkpointItemSchema),
  /** The job that created or last resumed it. */
  job: z.string().optional(),
  /** For a run that failed or died: the last lines of its output. */
  lastLines: z.array(z.string()).optional(),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

/** Samples of the machine, taken every few seconds. Cards are those of NVIDIA. */
export const MACHINE_SERIES = [
  /** Share of all cores that the run uses. */
  'cpuShare',
  'machineCpuShare',
  'machineMemoryBytes',
  /** Of the busiest card. */
  'gpuUse',
  /** On all cards. */
  'gpuMemoryBytes',
] as const;
export type MachineSeriesName = (typeof MACHINE_SERIES)[number];

/** Measures of the probe set of a pre-training, taken every few steps. */
export const LEARNING_SERIES = [
  'probeMatch',
  /** With the teacher on another image. */
  'positionMatch',
  'agreement',
  'visibleAgreement',
  /** Effective rank, of the teacher and the student. */
  'featureRank',
  'studentFeatureRank',
  /** Of weights. */
  'teacherDistance',
  'predictionEntropy',
  /** Of the last and the first block, as a share of even attention. */
  'attentionEntropy',
  'firstAttentionEntropy',
  /** By visible patches among the eight around a masked one: 0 to 2, 3 to 5, and 6 to 8. */
  'matchFewVisible',
  'matchSomeVisible',
  'matchMostVisible',
  /** Of the last step, of the last and the first block, the projector and the embedding. */
  'lastBlockGradient',
  'firstBlockGradient',
  'projectorGradient',
  'embeddingGradient',
  /** By nearest neighbours on labelled images, where a run has some. */
  'knnAccuracy',
  'knnChance',
  /** Of features, over dimensions, relative to their root mean square. */
  'featureSpread',
  'leastFeatureSpread',
] as const;
export type LearningSeriesName = (typeof LEARNING_SERIES)[number];

/** Values of each step; `dataWaitShare` is the share of time spent waiting for images. */
export const STEP_SERIES = [
  'loss',
  'score',
  'chance',
  'gradNorm',
  'lr',
  'weightDecay',
  'emaMomentum',
  'imagesPerSecond',
  'stepMs',
  'dataWaitMs',
  'dataWaitShare',
  'rssBytes',
  'etaSeconds',
] as const;
export type StepSeriesName = (typeof STEP_SERIES)[number];

export const SERIES = [...STEP_SERIES, ...MACHINE_SERIES, ...LEARNING_SERIES] as const;
export const seriesNameSchema = z.enum(SERIES);
export type SeriesName = z.infer<typeof seriesNameSchema>;

/** What curves are drawn over: steps, epochs, or seconds of training without pauses. */
export const X_AXES = ['step', 'epoch', 'time'] as const;
export const xAxisSchema = z.enum(X_AXES);
export type XAxis = z.infer<typeof xAxisSchema>;

const curveSchema = z.object({
  steps: z.array(count),
  values: z.array(z.number()),
  /** Where each step lies on the requested axis, if that is not the one of steps. */
  at: z.array(z.number()).optional(),
});
export type SeriesCurve = z.infer<typeof curveSchema>;

export const evaluationPointSchema = scoresSchema.and(
  // Images; left out of answers of 0.1.0.
  z.object({
    step: count,
    best: z.boolean(),
    n: count.optional(),
    /** As of curves. */
    at: z.number().optional(),
  }),
);

/** Curves, downsampled for display: the least and the greatest value of each piece of the range. */
export const seriesSchema = z.object({
  /** Number of points of the whole run before downsampling. */
  points: count,
  /** Steps and values of equal length. */
  curves: z.record(z.string(), curveSchema),
  /** The mean of each piece for smoothing; if requested, for curves that were downsampled. */
  means: z.record(z.string(), curveSchema).optional(),
  /** Name of the curve `score`, such as `tokenMatch` or `top1`. */
  score: z.string(),
  evaluations: z.array(evaluationPointSchema),
  /** The requested axis, if that is not the one of steps. */
  x: xAxisSchema.optional(),
  /** Where the last point of the whole run lies on it. */
  end: z.number().optional(),
  /** The values of the last step, with `trainingSeconds`, where it lies on the axis of time. */
  latest: z.record(z.string(), z.number()).optional(),
});
export type Series = z.infer<typeof seriesSchema>;

/** A file of pictures in the folder of a run. */
const PICTURE_FILE = z.string().regex(/^pictures\/\d+\/\d+-\d+\.webp$/);

/** Validation images as an evaluation saw them, in several views, such as truth and prediction. */
function picturesSchema<F extends z.ZodType<string>>(file: F) {
  return z.object({
    step: count,
    /** Classes that the pictures show in colours. */
    legend: z.array(z.object({ name: z.string(), colour: z.string().regex(/^#[0-9a-f]{6}$/) })),
    images: z.array(
      z.object({
        path: z.string(),
        views: z.array(
          z.object({
            title: z.string(),
            /** Why a view shows nothing over the image. */
            note: z.string().optional(),
            file,
          }),
        ),
      }),
    ),
  });
}

/** As events name them, relative to the folder of the run. */
export const loggedPicturesSchema = picturesSchema(PICTURE_FILE);
export type LoggedPictures = z.infer<typeof loggedPicturesSchema>;

/** With absolute paths of the files. */
export const evaluationPicturesSchema = picturesSchema(z.string());
export type EvaluationPictures = z.infer<typeof evaluationPicturesSchema>;

/** Events of a run other than steps: warnings, checkpoints, changes of status, rewinds. */
export const runEventSchema = z.looseObject({
  type: z.string(),
  step: z.int().optional(),
  time: z.number().optional(),
});
export type RunEvent = z.infer<typeof runEventSchema>;
