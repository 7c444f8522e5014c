/** Runs as every surface shows them; their files on disk are the source. */
import { z } from 'zod';
import { runAboutSchema } from '../run-about.ts';
import { scoresSchema } from '../scores.ts';

const count = z.int().min(0);

/** What run.json says of a run. */
export const RUN_STATUSES = ['created', 'running', 'paused', 'stopped', 'done', 'failed'] as const;
/** `died` is a run whose process ended while it was running. */
export const shownStatusSchema = z.enum([...RUN_STATUSES, 'died']);

export const runSummarySchema = z.object({
  id: z.string(),
  /** The name that it was given last. */
  name: z.string(),
  ...runAboutSchema.omit({ name: true }).shape,
  kind: z.enum(['pretrain', 'finetune']),
  /** What the labels mean; left out for classification and pre-training. */
  task: z.string().optional(),
  status: shownStatusSchema,
  reason: z.object({ code: z.string(), message: z.string() }).optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  step: count,
  totalSteps: count,
  device: z.string(),
  images: count,
  /** The best evaluation so far, of runs that are evaluated. */
  best: scoresSchema.and(z.object({ step: count })).optional(),
  from: z.string().optional(),
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
  /** The name that it was started with, where it has another one now. */
  firstName: z.string().optional(),
  /** Of a device that was chosen automatically: the sentence that says why. */
  deviceReason: z.string().optional(),
  recipe: z.record(z.string(), z.unknown()),
  folders: z.array(z.string()),
  fingerprint: z.string(),
  versions: z.record(z.string(), z.string()),
  classes: z.array(z.string()).optional(),
  /** Fine-tuning: where the labelled images are. */
  train: z.string().optional(),
  val: z.string().optional(),
  checkpoints: z.array(checkpointItemSchema),
  /** The job that made or resumed it last. */
  job: z.string().optional(),
  /** Of a run that failed or died: what its process said last. */
  lastLines: z.array(z.string()).optional(),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

/** What a run measures at each step; `dataWaitShare` is the part of it spent waiting for images. */
export const SERIES = [
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
export const seriesNameSchema = z.enum(SERIES);
export type SeriesName = z.infer<typeof seriesNameSchema>;

const curveSchema = z.object({ steps: z.array(count), values: z.array(z.number()) });

/** The network judged while it trains. */
export const evaluationPointSchema = scoresSchema.and(
  // Images; left out of answers of 0.1.0.
  z.object({ step: count, best: z.boolean(), n: count.optional() }),
);
export type EvaluationPoint = z.infer<typeof evaluationPointSchema>;

/** Curves, thinned to what a screen can show: in each piece of the range the least and the greatest. */
export const seriesSchema = z.object({
  /** Points before thinning, in the whole run. */
  points: count,
  /** One curve each: steps and values of equal length. */
  curves: z.record(z.string(), curveSchema),
  /** The mean of each piece, for smoothing; when asked for, of curves that were thinned. */
  means: z.record(z.string(), curveSchema).optional(),
  /** What the curve `score` is called, such as `tokenMatch` or `top1`. */
  score: z.string(),
  evaluations: z.array(evaluationPointSchema),
  /** The last step's values. */
  latest: z.record(z.string(), z.number()).optional(),
});
export type Series = z.infer<typeof seriesSchema>;

/** Everything a run said but its steps: warnings, checkpoints, changes of status, rewinds. */
export const runEventSchema = z.looseObject({
  type: z.string(),
  step: z.int().optional(),
  time: z.number().optional(),
});
export type RunEvent = z.infer<typeof runEventSchema>;
