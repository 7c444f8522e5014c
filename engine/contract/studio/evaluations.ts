/** Evaluation of a network on labelled images, as stored in `metrics.json`. */
import { z } from 'zod';
import { COCO_SCORES } from '../coco-scores.ts';
import { scoreFields, TOP1 } from '../scores.ts';
import { DEFAULT_TASK } from '../tasks.ts';

const count = z.int().min(0);

/** A value and its 95 % interval. */
const estimateOf = z.object({ value: z.number(), low: z.number(), high: z.number() });
/** 0 to 1; null if it is undefined (0/0). */
const share = z.number().nullable();

const classFields = {
  name: z.string(),
  /** Number of images of the class, and number of its predictions. */
  support: count,
  predicted: count,
  precision: share,
  recall: share,
  f1: share,
};

/** Additional fields for a classifier. */
export const classifierEvaluationSchema = z.object({
  images: count,
  /** Class names, in the order of the scores. */
  classes: z.array(z.string()).readonly(),
  /** Shares of images; with fewer than five classes, top-5 is over all of them. */
  top1: estimateOf,
  top5: estimateOf,
  /** Mean F1 over the classes that occur or are predicted. */
  macroF1: estimateOf,
  /** Mean recall over the classes that occur. */
  balancedAccuracy: z.number(),
  /** Mean cross-entropy, nats; null if a true class has the probability 0. */
  loss: z.number().nullable(),
  calibration: z.looseObject({ error: z.number() }),
  perClass: z.array(z.object(classFields)),
  /** Non-zero cells, row by row: true class, predicted class, number of images. */
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

/** Additional fields for a multi-label network. */
export const labelsEvaluationSchema = z.object({
  images: count,
  /** Class names, in the order of the logits. */
  classes: z.array(z.string()).readonly(),
  /** Probability from which a label is predicted. */
  threshold: z.number(),
  /** Mean average precision over the classes that occur. */
  mAP: estimateOf,
  /** Mean F1 over the classes that occur or are predicted. */
  macroF1: estimateOf,
  /** F1 over all labels of all images together. */
  microF1: estimateOf,
  /** Mean binary cross-entropy over images and classes, without class weights, nats. */
  loss: z.number(),
  perClass: z.array(z.object({ ...classFields, averagePrecision: share })),
  withoutImages: z.array(z.string()),
});
export type LabelsEvaluation = z.infer<typeof labelsEvaluationSchema>;

export const segmentEvaluationSchema = z.object({
  images: count,
  /** Without ignored ones. */
  pixels: count,
  /** Class names, in the order of the logits. */
  classes: z.array(z.string()).readonly(),
  scores: z.object({
    mIoU: estimateOf.nullable(),
    pixelAccuracy: estimateOf.nullable(),
    meanAccuracy: estimateOf.nullable(),
    frequencyWeightedIoU: estimateOf.nullable(),
    boundaryF: estimateOf.nullable(),
  }),
  perClass: z.array(
    z.object({
      name: z.string(),
      truePixels: count,
      predictedPixels: count,
      iou: share,
      accuracy: share,
      boundaryF: share,
    }),
  ),
  withoutPixels: z.array(z.string()),
});

const cocoScores = z.record(z.enum(COCO_SCORES), estimateOf.nullable());

/** Of boxes, or of masks. */
const detectionsSchema = z.object({
  scores: cocoScores,
  perClass: z.array(
    z.object({
      name: z.string(),
      /** Objects that are counted, and predictions. */
      truths: count,
      detections: count,
      AP: share,
      AP50: share,
      AP75: share,
      AR100: share,
    }),
  ),
  /** Mean precision over classes at each recall, for overlaps. */
  curves: z.array(
    z.object({ iou: z.number(), recall: z.array(z.number()), precision: z.array(z.number()) }),
  ),
});

/** Left, top, width, height, pixels. */
const pixelBox = z.tuple([z.number(), z.number(), z.number(), z.number()]);

export const drawnObjectFields = {
  label: count,
  box: pixelBox,
  /** Of its mask: x and y of each vertex in turn, pixels. */
  outlines: z.array(z.array(z.number())).exactOptional(),
};

/** Additional fields for a network that finds objects. */
export const objectsEvaluationSchema = z.object({
  images: count,
  /** Class names, in the order of the logits. */
  classes: z.array(z.string()).readonly(),
  /** `#rrggbb` of each class, in which pages draw its objects. */
  colours: z.array(z.string()).readonly(),
  /** Number of objects that are counted. */
  objects: count,
  /** Score from which an object counts as found in `mistakes`. */
  threshold: z.number(),
  boxes: detectionsSchema,
  /** Null for a network without masks. */
  masks: detectionsSchema.nullable(),
  /** Classes without an object. */
  withoutObjects: z.array(z.string()),
  /** The worst images first, by average precision in the image. */
  mistakes: z.array(
    z.object({
      path: z.string(),
      width: count,
      height: count,
      missed: count,
      wrong: count,
      AP: share,
      truths: z.array(z.object({ ...drawnObjectFields, crowd: z.literal(true).exactOptional() })),
      found: z.array(z.object({ ...drawnObjectFields, score: z.number() })),
    }),
  ),
});
export type ObjectsEvaluation = z.infer<typeof objectsEvaluationSchema>;

/** Tasks add fields. */
export const evaluationSchema = z.preprocess(
  withTask,
  z.looseObject({
    ...scoreFields,
    task: z.string(),
    /** In which the network was computed; that of ONNX files, and of earlier versions, is not named. */
    precision: z.string().optional(),
    images: count,
    /** Images that a page may show, the worst first. */
    mistakes: z.array(z.looseObject({ path: z.string().optional() })).optional(),
  }),
);
export type Evaluation = z.infer<typeof evaluationSchema>;

/** Files of 0.1.0 are from classifiers and name neither task nor scores. */
function withTask(found: unknown): unknown {
  if (typeof found !== 'object' || found === null || 'task' in found) return found;
  const { data } = classifierEvaluationSchema.safeParse(found);
  if (data === undefined) return undefined;
  const { top1, top5, loss } = data;
  const values = { top1: top1.value, top5: top5.value };
  const scores = { primary: TOP1, values: loss === null ? values : { ...values, loss } };
  return { ...found, ...scores, task: DEFAULT_TASK };
}

export const evaluatedImageSchema = z.object({
  path: z.string(),
  /** One class each; any number where an image may have several labels. */
  actual: z.array(z.string()),
  predicted: z.array(z.string()),
  /** Where an image has one class. */
  confidence: z.number().optional(),
  /** Whether the image is gone. */
  missing: z.literal(true).optional(),
});
export type EvaluatedImage = z.infer<typeof evaluatedImageSchema>;

/** Wrong predictions first, by confidence. */
export const evaluatedImagesSchema = z.object({
  total: count,
  items: z.array(evaluatedImageSchema),
});
export type EvaluatedImages = z.infer<typeof evaluatedImagesSchema>;

const mistakeKindSchema = z.enum(['missed', 'false']);

/** A wrong label of an image that may have several. */
export const labelMistakeSchema = z.object({
  path: z.string(),
  label: z.string(),
  /** `missed`: the image has the label; `false`: it does not, and the label was predicted. */
  kind: mistakeKindSchema,
  /** Of the label. */
  probability: z.number(),
  actual: z.array(z.string()),
  predicted: z.array(z.string()),
  /** Whether the image is gone. */
  missing: z.literal(true).optional(),
});
export type LabelMistake = z.infer<typeof labelMistakeSchema>;

/** The most confident ones first. */
export const labelMistakesSchema = z.object({
  total: count,
  /** All mistakes of each label, in the order of the labels. */
  counts: z.array(z.object({ name: z.string(), missed: count, false: count })),
  items: z.array(labelMistakeSchema),
});
export type LabelMistakes = z.infer<typeof labelMistakesSchema>;

/** Which mistakes. */
export const mistakeFilterFields = {
  label: z.string().max(4096).optional(),
  kind: mistakeKindSchema.optional(),
};
