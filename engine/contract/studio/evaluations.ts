/** How a network was judged on labelled images, as `metrics.json` of an evaluation holds it. */
import { z } from 'zod';
import { scoreFields, TOP1 } from '../scores.ts';
import { DEFAULT_TASK } from '../tasks.ts';

const count = z.int().min(0);

/** A value and its 95 % interval. */
const estimateOf = z.object({ value: z.number(), low: z.number(), high: z.number() });
/** 0 to 1; null where it is one of nothing. */
const share = z.number().nullable();

/** How one class fared. */
const classFields = {
  name: z.string(),
  /** Images of the class, and those that were given it. */
  support: count,
  predicted: count,
  precision: share,
  recall: share,
  f1: share,
};

/** What the evaluation of a classifier holds beside that. */
export const classifierEvaluationSchema = z.object({
  images: count,
  /** Class names, in the order of the scores. */
  classes: z.array(z.string()).readonly(),
  /** Shares of images; top-5 of all classes where there are fewer. */
  top1: estimateOf,
  top5: estimateOf,
  /** Mean F1 over the classes that occur or are predicted. */
  macroF1: estimateOf,
  /** Mean recall over the classes that occur. */
  balancedAccuracy: z.number(),
  /** Mean cross-entropy, nats; null where a true class got the probability 0. */
  loss: z.number().nullable(),
  calibration: z.looseObject({ error: z.number() }),
  perClass: z.array(z.object(classFields)),
  /** Cells that are not 0, row by row: true class, predicted class, images. */
  confusion: z.array(z.tuple([count, count, count])),
  /** Wrong predictions, the most confident first. */
  mistakes: z.array(
    z.object({
      image: count,
      label: count,
      predicted: count,
      confidence: z.number(),
      path: z.string().exactOptional(),
    }),
  ),
});
export type ClassifierEvaluation = z.infer<typeof classifierEvaluationSchema>;

/** What the evaluation of a network for several labels an image holds. */
export const labelsEvaluationSchema = z.object({
  images: count,
  /** Class names, in the order of the logits. */
  classes: z.array(z.string()).readonly(),
  /** Probability from which a label is given. */
  threshold: z.number(),
  /** Mean average precision of the classes that occur. */
  mAP: estimateOf,
  /** Mean F1 of the classes that occur or are given. */
  macroF1: estimateOf,
  /** F1 of all labels of all images together. */
  microF1: estimateOf,
  /** Mean binary cross-entropy over images and classes, without class weights, nats. */
  loss: z.number(),
  perClass: z.array(z.object({ ...classFields, averagePrecision: share })),
  /** Classes that no image has. */
  withoutImages: z.array(z.string()),
});
export type LabelsEvaluation = z.infer<typeof labelsEvaluationSchema>;

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
