/** kNN evaluation of a network's features, without training. */

import type { CsvStyle } from '../../contract/csv-text.ts';
import { percentText } from '../../contract/number-text.ts';
import type { LabelledSet } from '../../data/annotations/labelled-types.ts';
import { type LabelledSetOptions, readLabelledSet } from '../../data/labelled/labelled-set.ts';
import { trainingPart, validationPart } from '../../data/labelled/splits.ts';
import { extractFeatures } from '../../features/features.ts';
import { divisionOfModel } from '../../models/model.ts';
import { type ModelReference, openModel } from '../../models/open-model.ts';
import { labelledScan } from '../../runs/scan-memory.ts';
import { type ClassifierReport, classifierReport } from '../classify/report.ts';
import { CLASSIFIER_TABLES } from '../classify/tables.ts';
import type { EvaluateRequest, EvaluationOutput } from '../labelled-task.ts';
import { computedIn } from '../shared/computed-in.ts';
import { refuseTakenEvaluation, writeEvaluation } from '../shared/evaluation-files.ts';
import { modelImages } from '../shared/model-images.ts';
import { nothingToLearn, noValidationImages, setNotices } from '../shared/training-sets.ts';
import { type KnnFound, knnSweep } from './knn.ts';
import {
  type LabelledRows,
  neighbourList,
  refuseTakenNeighbours,
  writeNeighbours,
} from './neighbours.ts';

export interface KnnOrder
  extends CsvStyle,
    Pick<EvaluateRequest, 'workspace' | 'device' | 'precision' | 'onProgress'> {
  readonly from: ModelReference;
  /** Labelled reference set, in which neighbours are looked up. */
  readonly train: string;
  readonly val: string;
  /** Numbers of neighbours; the first one gives the primary score. */
  readonly ks: readonly number[];
  /** Folder for tables and neighbours; none are written without it. */
  readonly out?: string;
}

/** Top-1 accuracy by number of neighbours, ascending. */
export type KnnSweep = readonly { readonly k: number; readonly top1: number }[];

export interface KnnOutcome extends Pick<EvaluationOutput, 'warnings'> {
  readonly report: ClassifierReport;
  readonly sweep: KnnSweep;
  readonly files: readonly string[];
}

const SHOWN_BESIDE = [1, 5, 10, 20, 50, 100, 200];

export function neighbourCounts(k: number): number[] {
  return [k, ...SHOWN_BESIDE.filter((other) => other !== k)];
}

/** @throws StudioError `target-taken`, errors of opening models and reading labelled images */
export async function knn(order: KnnOrder): Promise<KnnOutcome> {
  const { workspace, device, precision = 'float32', onProgress, out } = order;
  if (out !== undefined) {
    await refuseTakenEvaluation(out, CLASSIFIER_TABLES);
    await refuseTakenNeighbours(out);
  }
  const { reference, ...which } = order.from;
  const { model, report: opened } = await openModel(reference, { workspace, ...which });
  const division = divisionOfModel(model);
  const read = (source: string, options: LabelledSetOptions) =>
    readLabelledSet(source, { ...options, ...labelledScan(workspace, source, division) });
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
      precision,
      onProgress: ({ done }) => onProgress?.({ done: before + done, total }),
    });
    const { data, width } = features![0]!.rows;
    const { kept, notes } = images;
    return {
      rows: { data: images.rows(data, width), width, count: kept.length },
      labels: Array.from(kept, ({ label }) => label),
      paths: Array.from(kept, ({ path }) => path),
      leftOut: images.positionsLeftOut,
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
  const reports = found.sweep.map(({ k, scores }) => ({
    k,
    report: classifierReport({ ...asked, scores }, train.classes),
  }));
  const { k, report: judgement } = reports[0]!;
  const sweep = reports
    .map((each) => ({ k: each.k, top1: each.report.evaluation.top1.value }))
    .sort((a, b) => a.k - b.k);
  const report = computedIn(knnReport(judgement, k, sweep), precision);
  return {
    report,
    sweep,
    files: out === undefined ? [] : await writeFound(out, order, { report, known, asked, found }),
    warnings: [
      ...opened.notes,
      ...known.notes,
      ...asked.notes,
      ...[...setNotices(source), ...setNotices(judged)].map(({ message }) => message),
    ],
  };
}

interface FoundNeighbours {
  readonly report: ClassifierReport;
  readonly known: LabelledRows;
  readonly asked: LabelledRows;
  readonly found: KnnFound;
}

async function writeFound(
  out: string,
  order: KnnOrder,
  { report, known, asked, found }: FoundNeighbours,
): Promise<string[]> {
  const { outcomes, evaluation } = report;
  const list = neighbourList({
    outcomes,
    nearest: found.nearest,
    k: order.ks[0]!,
    known,
    asked,
    classes: evaluation.classes,
  });
  const tables = await writeEvaluation(out, CLASSIFIER_TABLES, report, order);
  return [...tables, await writeNeighbours(out, list)];
}

export function knnReport(report: ClassifierReport, k: number, sweep: KnnSweep): ClassifierReport {
  const counts = sweep.map((entry) => `${entry.k}: ${percentText(entry.top1)}`);
  return {
    ...report,
    record: { ...report.record, task: 'knn', k, sweep },
    lines: [`Top-1 accuracy by k: ${counts.join(', ')}`, `k = ${k}:`, ...report.lines],
  };
}
