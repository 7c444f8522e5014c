/** How well a network's features tell classes apart without any training: by the nearest neighbours. */
import { type LabelledSetOptions, readLabelledSet } from '../data/labelled/labelled-set.ts';
import type { LabelledSet } from '../data/labelled/labelled-types.ts';
import { judgingPart, learningPart } from '../data/labelled/splits.ts';
import { type EvaluationReport, evaluateScores } from '../evaluation/metrics.ts';
import { extractFeatures } from '../features/features.ts';
import { openModel } from '../models/open-model.ts';
import { labelledMemory } from '../runs/scan-memory.ts';
import { knnSweep } from '../tasks/knn/knn.ts';
import { nothingToJudge, nothingToLearn, oddities } from '../tasks/shared/training-sets.ts';
import { evalSet } from './evaluate.ts';
import type { ModelReference } from './finetune.ts';

export interface KnnOrder {
  readonly workspace: string;
  readonly from: ModelReference;
  /** labelled images whose labels vote */
  readonly train: string;
  readonly val: string;
  /** numbers of neighbours; the first is the one that counts */
  readonly ks: readonly number[];
  readonly device: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface KnnOutcome {
  /** of the first number of neighbours */
  readonly report: EvaluationReport;
  /** top-1 of each number, from few to many */
  readonly sweep: readonly { readonly k: number; readonly top1: number }[];
  readonly warnings: readonly string[];
}

/** @throws StudioError as opening models and reading labelled images do */
export async function knn(order: KnnOrder): Promise<KnnOutcome> {
  const { workspace, device, onProgress } = order;
  const { reference, ...which } = order.from;
  const { model, report: opened } = await openModel(reference, { workspace, ...which });
  const read = (source: string, options: LabelledSetOptions) =>
    readLabelledSet(source, { ...options, indexFile: labelledMemory(workspace, source) });
  const source = await read(order.train, { forTraining: true });
  const judged = await read(order.val, { classes: source.classes });
  const [train, val] = [learningPart(source), judgingPart(judged)];
  if (train.samples.length === 0) throw nothingToLearn(source);
  if (val.samples.length === 0) throw nothingToJudge(judged);
  const total = train.samples.length + val.samples.length;
  const featuresOf = async ({ samples }: LabelledSet, before: number) => {
    const images = evalSet(model, samples);
    const [features] = await extractFeatures({
      vit: model.vit,
      networks: [model.tensors],
      layers: 'last',
      poolings: ['mean'],
      images: images.images,
      load: images.load,
      device,
      onProgress: ({ done }) => onProgress?.({ done: before + done, total }),
    });
    const { data, width } = features![0]!.rows;
    const { kept, notes } = images;
    return {
      rows: { data: images.rows(data, width), width, count: kept.length },
      labels: kept.map(({ label }) => label),
      notes,
    };
  };
  const known = await featuresOf(train, 0);
  const asked = await featuresOf(val, train.samples.length);
  const found = await knnSweep({
    train: known.rows,
    trainLabels: known.labels,
    test: asked.rows,
    classes: train.classes.length,
    ks: order.ks,
    device,
  });
  const reports = found.map(({ k, scores }) => ({
    k,
    report: evaluateScores(scores, asked.labels, train.classes),
  }));
  return {
    report: reports[0]!.report,
    sweep: reports
      .map(({ k, report }) => ({ k, top1: report.top1.value }))
      .sort((a, b) => a.k - b.k),
    warnings: [
      ...opened.notes,
      ...known.notes,
      ...asked.notes,
      ...[...oddities(source), ...oddities(judged)].map(({ message }) => message),
    ],
  };
}
