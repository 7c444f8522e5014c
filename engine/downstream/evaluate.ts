/** A classifier judged on any labelled images. */
import type { CsvStyle } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import { loadEvalImages } from '../data/eval-images.ts';
import { EvalSet, type LeftOut } from '../data/eval-set.ts';
import { readLabelledSet } from '../data/labelled/labelled-set.ts';
import type { LabelledSample } from '../data/labelled/labelled-types.ts';
import { keptScores } from '../evaluation/kept-scores.ts';
import { type EvaluationReport, evaluateScores } from '../evaluation/metrics.ts';
import { predictImages } from '../evaluation/predict-images.ts';
import { refuseTakenPredictions, writePredictions } from '../evaluation/predictions-file.ts';
import type { Model } from '../models/model.ts';
import { openModel } from '../models/open-model.ts';
import { labelledMemory } from '../runs/scan-memory.ts';
import { oddities } from '../tasks/shared/training-sets.ts';
import type { ModelReference } from './finetune.ts';

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
  /** what was assumed of the network, what is odd about the labels, what was left out */
  readonly warnings: readonly string[];
  /** images that could not be decoded any more */
  readonly leftOut?: readonly LeftOut[];
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
  const images = evalSet(model, set.samples);
  const predicted = await predictImages({
    config: { vit: model.vit, classes: head.classes.length, pooling: head.pooling, headScale: 1 },
    tensors: model.tensors,
    images: images.images,
    load: images.load,
    device,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const { imagesPerSecond } = predicted;
  const scores = keptScores(images, predicted.scores);
  const { kept, leftOut } = images;
  const labels = kept.map(({ label }) => label);
  const report = evaluateScores(scores, labels, head.classes);
  const paths = kept.map(({ path }) => path);
  const predictions = { paths, scores, labels, classes: head.classes };
  const files =
    out === undefined ? [] : await writePredictions(out, predictions, report, { keepFormulas });
  const warnings = [
    ...opened.notes,
    ...oddities(set).map(({ message }) => message),
    ...learntFrom(kept),
    ...images.notes,
  ];
  return { report, imagesPerSecond, paths, files, warnings, leftOut };
}

/** A whole set may be judged on, but nobody should take its result for one on new images. */
function learntFrom(samples: readonly LabelledSample[]): string[] {
  const learnt = samples.filter(({ split }) => split === 'train').length;
  return learnt === 0
    ? []
    : [`Of the ${samples.length} images judged on, ${learnt} are marked to learn from (train).`];
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

/** A set's images as this model's evaluation sees them. */
export function evalSet<S extends { readonly path: string }>(
  { vit: { imageSize }, mean, std }: Model,
  samples: readonly S[],
): EvalSet<S> {
  const options = { imageSize, mean, std };
  return new EvalSet(samples, (some, onBroken) => loadEvalImages(some, options, onBroken));
}
