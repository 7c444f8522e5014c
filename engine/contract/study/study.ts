/** `study.json`: the plan of a study, and what its trainings gave so far. */
import { z } from 'zod';

const count = z.int().min(0);

/** How combinations are chosen. */
export const SEARCHES = ['grid', 'random', 'halving'] as const;
export type Search = (typeof SEARCHES)[number];

/** How a training is judged. */
export const JUDGES = ['knn'] as const;

const rangeSchema = z.object({
  low: z.number(),
  high: z.number(),
  whole: z.boolean(),
  logarithmic: z.boolean(),
});

const varySchema = z.object({
  text: z.string(),
  keys: z.array(z.string()).min(1),
  values: z.array(z.array(z.string())).exactOptional(),
  range: rangeSchema.exactOptional(),
});

/** A training of a trial with a seed, and how its features are judged. */
export const studyResultSchema = z.object({
  trial: count,
  seed: count,
  /** From 0; only successive halving has several. */
  round: count,
  steps: count,
  run: z.string(),
  /** Accuracy of the judge, 0 to 1, of the teacher's features and of the same network untrained. */
  score: z.number(),
  untrained: z.number(),
  /** Means over the last twentieth of the steps. */
  loss: z.number(),
  match: z.number(),
  /** Training time and images trained on. */
  seconds: z.number(),
  images: count,
  /** Codes of alarms of the training. */
  alarms: z.array(z.string()).readonly(),
});
export type StudyResult = z.infer<typeof studyResultSchema>;

/** A training that gave no network to judge. */
const studyFailureSchema = z.object({
  trial: count,
  seed: count,
  round: count,
  run: z.string(),
  message: z.string(),
});
export type StudyFailure = z.infer<typeof studyFailureSchema>;

export const studySchema = z.looseObject({
  format: z.literal(1),
  name: z.string(),
  createdAt: z.iso.datetime(),
  /** All that results depend on. */
  settings: z.unknown(),
  /** Name of the recipe that is varied. */
  recipe: z.string(),
  /** Number of images to train on, known from the first training on. */
  images: count.optional(),
  judge: z.object({
    name: z.enum(JUDGES),
    k: count,
    /** Labelled images, and those that are evaluated; known from the first judgement on. */
    train: count.optional(),
    eval: count.optional(),
    classes: count.optional(),
  }),
  search: z.enum(SEARCHES),
  seeds: count,
  /** Steps of each round; only successive halving has several. */
  rounds: z.array(count).min(1),
  vary: z.array(varySchema).min(1),
  /** Changes of the recipe, as texts. */
  trials: z.array(z.record(z.string(), z.string())).min(1),
  /** The trial that leaves the recipe as it is. */
  reference: count.optional(),
  results: z.array(studyResultSchema),
  failures: z.array(studyFailureSchema),
  device: z.string().optional(),
  versions: z.record(z.string(), z.string()).optional(),
  /** Preset of the workspace that the best recipe was saved as. */
  preset: z.string().optional(),
});
export type Study = z.infer<typeof studySchema>;

export const STUDY_FILE = 'study.json';
