/** kNN evaluation of a network's features, without training. */
import { percentText } from '../../contract/number-text.ts';
import { type LabelledSetOptions, readLabelledSet } from '../../data/labelled/labelled-set.ts';
import type { LabelledSet } from '../../data/labelled/labelled-types.ts';
import { trainingPart, validationPart } from '../../data/labelled/splits.ts';
import { extractFeatures } from '../../features/features.ts';
import { type ModelReference, openModel } from '../../models/open-model.ts';
import { labelledMemory } from '../../runs/scan-memory.ts';
import { type EvaluationReport, evaluateScores } from '../classify/metrics.ts';
import { reportLines, reportRecord } from '../classify/report-text.ts';
import type { EvaluateRequest, EvaluationOutput, LabelledReport } from '../labelled-task.ts';
import { modelImages } from '../shared/model-images.ts';
import { nothingToLearn, noValidationImages, setNotices } from '../shared/training-sets.ts';
import { knnSweep } from './knn.ts';

export interface KnnOrder extends Pick<EvaluateRequest, 'workspace' | 'device' | 'onProgress'> {
  readonly from: ModelReference;
  /** Labelled reference set, in which neighbours are looked up. */
  readonly train: string;
  readonly val: string;
  /** Numbers of neighbours; the first one gives the primary score. */
  readonly ks: readonly number[];
}

/** Top-1 accuracy by number of neighbours, ascending. */
export type KnnSweep = readonly { readonly k: number; readonly top1: number }[];

export interface KnnReport extends LabelledReport {
  readonly evaluation: EvaluationReport;
}

export interface KnnOutcome extends Pick<EvaluationOutput, 'warnings'> {
  readonly report: KnnReport;
  readonly sweep: KnnSweep;
}

const SHOWN_BESIDE = [1, 5, 10, 20, 50, 100, 200];

/** The requested number, and others for comparison. */
export function neighbourCounts(k: number): number[] {
  return [k, ...SHOWN_BESIDE.filter((other) => other !== k)];
}

/** @throws StudioError errors of opening models and reading labelled images */
export async function knn(order: KnnOrder): Promise<KnnOutcome> {
  const { workspace, device, onProgress } = order;
  const { reference, ...which } = order.from;
  const { model, report: opened } = await openModel(reference, { workspace, ...which });
  const read = (source: string, options: LabelledSetOptions) =>
    readLabelledSet(source, { ...options, indexFile: labelledMemory(workspace, source) });
  const source = await read(order.train, { forTraining: true });
  const judged = await read(order.val, { classes: source.classes });
  const [train, val] = [trainingPart(source), validationPart(judged)];
  if (train.samples.length === 0) throw nothingToLearn(source);
  if (val.samples.length === 0) throw noValidationImages(judged);
  const total = train.samples.length + val.samples.length;
  const featuresOf = async ({ samples }: LabelledSet, before: number) => {
    const images = modelImages(model, samples);
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
  const evaluations = found.map(({ k, scores }) => ({
    k,
    evaluation: evaluateScores(scores, asked.labels, train.classes),
  }));
  const { k, evaluation } = evaluations[0]!;
  const sweep = evaluations
    .map((each) => ({ k: each.k, top1: each.evaluation.top1.value }))
    .sort((a, b) => a.k - b.k);
  return {
    report: knnReport(evaluation, k, sweep),
    sweep,
    warnings: [
      ...opened.notes,
      ...known.notes,
      ...asked.notes,
      ...[...setNotices(source), ...setNotices(judged)].map(({ message }) => message),
    ],
  };
}

export function knnReport(evaluation: EvaluationReport, k: number, sweep: KnnSweep): KnnReport {
  const counts = sweep.map((entry) => `${entry.k}: ${percentText(entry.top1)}`);
  return {
    evaluation,
    record: { ...reportRecord(evaluation), task: 'knn', k, sweep },
    lines: [`Top-1 accuracy by k: ${counts.join(', ')}`, `k = ${k}:`, ...reportLines(evaluation)],
  };
}
