/** A classifier judged on any labelled images. */
import type { CsvStyle } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import { loadEvalImages } from '../data/eval-images.ts';
import { readLabelledSet } from '../data/labelled/labelled-set.ts';
import { predictImages } from '../finetune/evaluate.ts';
import { type EvaluationReport, evaluateScores } from '../finetune/metrics.ts';
import { refuseTakenPredictions, writePredictions } from '../finetune/predictions-file.ts';
import type { Model } from '../models/model.ts';
import { openModel } from '../models/open-model.ts';
import { labelledMemory } from '../train/common.ts';
import type { ModelReference } from './finetune.ts';
import { oddities } from './training-sets.ts';

export interface EvaluateOrder extends CsvStyle {
  readonly workspace: string;
  readonly model: ModelReference;
  /** folder or list of labelled images */
  readonly data: string;
  /** where tables are written; none without it */
  readonly out?: string;
  readonly device: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface Evaluation {
  readonly report: EvaluationReport;
  readonly imagesPerSecond: number;
  /** of the images, in the report's order */
  readonly paths: readonly string[];
  readonly files: readonly string[];
  /** what was assumed of the network, and what is odd about the labels */
  readonly warnings: readonly string[];
}

/**
 * @throws StudioError `model-without-classifier`, `unknown-classes`, and as opening models and reading
 *   labelled images do
 */
export async function evaluate(order: EvaluateOrder): Promise<Evaluation> {
  const { workspace, model: which, data, out, device, onProgress, keepFormulas } = order;
  if (out !== undefined) await refuseTakenPredictions(out);
  const { reference, ...rest } = which;
  const { model, report: opened } = await openModel(reference, { workspace, ...rest });
  const head = headOf(model);
  const set = await readLabelledSet(data, {
    classes: head.classes,
    indexFile: labelledMemory(workspace, data),
  });
  const { scores, imagesPerSecond } = await predictImages({
    config: { vit: model.vit, classes: head.classes.length, pooling: head.pooling, headScale: 1 },
    tensors: model.tensors,
    images: set.samples.length,
    load: evalLoader(model, set),
    device,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const labels = set.samples.map(({ label }) => label);
  const report = evaluateScores(scores, labels, head.classes);
  const paths = set.samples.map(({ path }) => path);
  const predictions = { paths, scores, labels, classes: head.classes };
  const files =
    out === undefined ? [] : await writePredictions(out, predictions, report, { keepFormulas });
  const warnings = [...opened.notes, ...oddities(set).map(({ message }) => message)];
  return { report, imagesPerSecond, paths, files, warnings };
}

function headOf({ head, origin }: Model) {
  if (head !== undefined) return head;
  throw new StudioError(
    'model-without-classifier',
    `${origin} is a network without a classifier.`,
    {
      advice: 'Fine-tune it first (conmim finetune), or judge its features with conmim knn.',
    },
  );
}

/** Reads a set's images as this model's evaluation sees them. */
export function evalLoader(
  { vit: { imageSize }, mean, std }: Model,
  { samples }: { readonly samples: readonly { readonly path: string }[] },
): (start: number, end: number) => Promise<Float32Array> {
  return (start, end) => loadEvalImages(samples.slice(start, end), { imageSize, mean, std });
}
