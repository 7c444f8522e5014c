/** How a network was judged on labelled images, as `metrics.json` of an evaluation holds it. */
import { z } from 'zod';
import { DEFAULT_TASK } from '../labelled-tasks.ts';
import { scoreFields, TOP1 } from '../scores.ts';

const count = z.int().min(0);

const estimateOf = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** What the evaluation of a classifier holds beside that. */
export const classifierEvaluationSchema = z.object({
  images: count,
  classes: z.array(z.string()),
  top1: estimateOf,
  top5: estimateOf,
  macroF1: estimateOf,
  balancedAccuracy: z.number(),
  loss: z.number().nullable(),
  calibration: z.looseObject({ error: z.number() }),
  perClass: z.array(
    z.object({
      name: z.string(),
      support: count,
      predicted: count,
      precision: z.number().nullable(),
      recall: z.number().nullable(),
      f1: z.number().nullable(),
    }),
  ),
  /** Cells that are not 0: true class, predicted class, images. */
  confusion: z.array(z.tuple([count, count, count])),
  mistakes: z.array(
    z.object({
      image: count,
      label: count,
      predicted: count,
      confidence: z.number(),
      path: z.string().optional(),
    }),
  ),
});
export type ClassifierEvaluation = z.infer<typeof classifierEvaluationSchema>;

/** Each task has fields of its own beside these. */
export const evaluationSchema = z.preprocess(
  withTask,
  z.looseObject({
    ...scoreFields,
    task: z.string(),
    images: count,
    /** Images that a page may show, the worst first. */
    mistakes: z.array(z.looseObject({ path: z.string().optional() })).optional(),
  }),
);
export type Evaluation = z.infer<typeof evaluationSchema>;

/** Files of 0.1.0 are of classifiers, and name neither task nor scores. */
function withTask(found: unknown): unknown {
  if (typeof found !== 'object' || found === null || 'task' in found) return found;
  const { data } = classifierEvaluationSchema.safeParse(found);
  if (data === undefined) return undefined;
  const { top1, top5, loss } = data;
  const values = { top1: top1.value, top5: top5.value };
  const scores = { primary: TOP1, values: loss === null ? values : { ...values, loss } };
  return { ...found, ...scores, task: DEFAULT_TASK };
}
