/** Evaluations and comparisons written as files, for specs that need them and no training. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeRun } from './prepared-runs.ts';

const share = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });
const CLASSES = ['discs', 'stripes'];

/** A finished fine-tuning that keeps its evaluation. @returns the id of the run */
export function writeFineTuning(
  workspace: string,
  number: number,
  evaluation: { readonly metrics: Record<string, unknown>; readonly table: readonly string[] },
): string {
  const task = String(evaluation.metrics['task']);
  const record = {
    kind: 'finetune',
    ...(task === 'classify' ? {} : { task }),
    recipe: { image_size: 32, batch_size: 8 },
    classes: CLASSES,
  };
  const id = writeRun(workspace, { name: `${task} ${number}`, steps: 20, record }, number);
  const folder = path.join(workspace, 'runs', id, 'evaluation');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'metrics.json'), JSON.stringify(evaluation.metrics));
  writeFileSync(path.join(folder, 'predictions.csv'), `${evaluation.table.join('\n')}\n`);
  return id;
}

const perClass = CLASSES.map((name) => ({
  name,
  support: 2,
  predicted: 2,
  precision: 0.5,
  recall: 0.5,
  f1: 0.5,
}));

/** Of four images one of each class is mistaken. @param images a folder of pictures by class */
export function oneClassEvaluation(images: string) {
  const at = (kind: number, i: number) => path.join(images, CLASSES[kind]!, `00${i}.png`);
  const rows = [
    [0, 0, 0.9],
    [0, 1, 0.8],
    [1, 0, 0.7],
    [1, 1, 0.6],
  ].map(([actual = 0, predicted = 0, confidence = 0], i) => ({
    path: at(actual, i),
    actual,
    predicted,
    confidence,
  }));
  const metrics = {
    task: 'classify',
    primary: { name: 'top1', better: 'higher' },
    values: { top1: 0.5, top5: 1, loss: 0.7 },
    images: 4,
    classes: CLASSES,
    top1: share(0.5),
    top5: share(1),
    macroF1: share(0.5),
    balancedAccuracy: 0.5,
    loss: 0.7,
    calibration: {
      error: 0.25,
      bins: [{ from: 0.5, to: 1, images: 4, confidence: 0.75, accuracy: 0.5 }],
    },
    perClass,
    confusion: [
      [0, 0, 1],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 1],
    ],
    mistakes: rows
      .filter(({ actual, predicted }) => actual !== predicted)
      .map(({ path: image, actual, predicted, confidence }, i) => ({
        image: i,
        label: actual,
        predicted,
        confidence,
        path: image,
      })),
  };
  const table = [
    'path,label,predicted,confidence,correct,p_discs,p_stripes',
    ...rows.map(({ path: image, actual, predicted, confidence }) =>
      [
        image,
        CLASSES[actual],
        CLASSES[predicted],
        confidence,
        actual === predicted,
        ...CLASSES.map((_, c) => (c === predicted ? confidence : 1 - confidence)),
      ].join(','),
    ),
  ];
  return { metrics, table };
}

/** Of six images two miss `stripes`, and one has a false `discs`. */
export function severalLabelsEvaluation(images: string) {
  const at = (name: string, i: number) => path.join(images, name, `00${i}.png`);
  const metrics = {
    task: 'multilabel',
    primary: { name: 'mAP', better: 'higher' },
    values: { mAP: 0.8, macroF1: 0.6, microF1: 0.6, loss: 0.5 },
    images: 6,
    classes: CLASSES,
    threshold: 0.5,
    mAP: share(0.8),
    macroF1: share(0.6),
    microF1: share(0.6),
    loss: 0.5,
    perClass: perClass.map((one) => ({ ...one, averagePrecision: 0.8 })),
    withoutImages: [],
  };
  const table = [
    'path,labels,predicted,correct,p_discs,p_stripes',
    `${at('discs', 0)},discs,discs,true,0.9,0.1`,
    `${at('discs', 1)},discs;stripes,discs,false,0.8,0.05`,
    `${at('discs', 2)},discs,discs,true,0.7,0.3`,
    `${at('stripes', 0)},stripes,stripes,true,0.2,0.9`,
    `${at('stripes', 1)},stripes,,false,0.3,0.4`,
    `${at('stripes', 2)},stripes,discs;stripes,false,0.75,0.9`,
  ];
  return { metrics, table };
}

/** A comparison of 0.1.0, whose job recorded no files. @returns the id of the job */
export function writeComparison(workspace: string): string {
  const request = {
    kind: 'compare',
    ...TRAINED,
    fractions: [1],
    seeds: 1,
    modes: ['full'],
  };
  const row = { fraction: 1, mode: 'full', labelled: 10, seeds: 1, lowest: 0.4, highest: 0.6 };
  const record = {
    type: 'comparison',
    images: 10,
    rows: [
      { ...row, start: 'pretrained', top1: share(0.6) },
      { ...row, start: 'scratch', top1: share(0.5) },
    ],
    gains: [{ fraction: 1, mode: 'full', top1: share(0.1) }],
  };
  const files = ['compare.csv', 'compare.md', 'compare-full.svg', 'compare.json'];
  return writeJob(workspace, { title: 'Compare', request, record, files });
}

/** A job that tuned more and more blocks. @returns its id */
export function writePartial(workspace: string): string {
  const request = { kind: 'partial', ...TRAINED, seeds: 1 };
  const points = [0, 1, 'all'].flatMap((blocks, i) => [
    { blocks, start: 'pretrained', seeds: 1, top1: share(0.4 + i / 20) },
    { blocks, start: 'scratch', seeds: 1, top1: share(0.3 + i / 10) },
  ]);
  const primary = { name: 'top1', better: 'higher' };
  const about = { type: 'insight', view: 'partial', primary, depth: 4, labelled: 90, images: 10 };
  const files = ['partial.csv', 'partial.json', 'partial.png'];
  return writeJob(workspace, { title: 'Partial', request, record: { ...about, points }, files });
}

const TRAINED = {
  from: 'teacher.safetensors',
  train: '/labelled',
  val: '/unseen',
  settings: {},
  device: 'cpu',
};

interface EndedJob {
  readonly title: string;
  readonly request: { readonly kind: string };
  readonly record: object;
  /** Names of its results. */
  readonly files: readonly string[];
}

function writeJob(workspace: string, { title, request, record, files }: EndedJob): string {
  const id = `20260101-000000-${request.kind}-abc123`;
  const dir = path.join(workspace, 'jobs', id);
  const results = path.join(dir, 'results');
  mkdirSync(results, { recursive: true });
  const at = '2026-01-01T00:00:00.000Z';
  const job = { format: 1, id, title, createdAt: at, request, arguments: [], results };
  const write = (name: string, content: unknown) =>
    writeFileSync(path.join(dir, name), `${JSON.stringify(content)}\n`);
  write('job.json', job);
  write('launched.json', { pid: 1, at });
  write('output.jsonl', record);
  write('result.json', { endedAt: at, exitCode: 0 });
  for (const name of files) writeFileSync(path.join(results, name), `${name}\n`);
  return id;
}
