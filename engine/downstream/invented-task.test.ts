/**
 * A task that only this test defines, with a score of which lower is better, is evaluated and
 * compared.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Primary } from '../contract/scores.ts';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import type { ComparedCell, LabelledReport } from '../tasks/labelled-task.ts';
import type { AnyLabelledTask } from '../tasks/register.ts';
import { type CompareOrder, compare } from './compare.ts';
import { comparisonRecord } from './comparison.ts';
import { gainText } from './comparison-files.ts';
import { evaluate } from './evaluate.ts';
import type { FinetuneOrder } from './finetune.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-invented-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const primary: Primary = { name: 'countError', better: 'lower' };
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** How far a count of things is off, image by image. */
interface CountReport extends LabelledReport {
  readonly errors: readonly number[];
}

function reportOf(errors: readonly number[]): CountReport {
  const values = { countError: mean(errors) };
  const evaluation = { task: 'count', images: errors.length, primary, values };
  const tables = () => ({ 'counts.csv': { rows: errors.map((error, i) => [`${i}.png`, error]) } });
  const record = { type: 'metrics', ...evaluation };
  return { errors, evaluation, record, lines: ['counted'], tables };
}

const errorsOf = (cell: ComparedCell) => cell['errors'] as number[];

const counting = {
  id: 'count',
  tables: { 'counts.csv': { columns: ['path', 'error'] } },
  async evaluate({ model }) {
    return {
      report: reportOf([1, 2, 3]),
      imagesPerSecond: 1,
      details: [`${model.head.classes.length} kinds of things`],
      warnings: [],
      leftOut: [],
    };
  },
  comparison: {
    keep: ({ errors }: CountReport) => ({ errors }),
    images: (cell) => errorsOf(cell).length,
    measure(cells, less = []) {
      const error = (of: readonly ComparedCell[], weights: Uint32Array) =>
        mean(of.map((cell) => mean(errorsOf(cell).map((each, i) => each * weights[i]!))));
      return {
        images: errorsOf(cells[0]!).length,
        score: (weights) => error(cells, weights) - (less.length && error(less, weights)),
      };
    },
  },
} as Partial<AnyLabelledTask> as AnyLabelledTask;

const asked: (string | undefined)[] = [];
const taskOf = async (id?: string) => {
  asked.push(id);
  return counting;
};

it('is evaluated by the head of a network, and written', async () => {
  const model = path.join(folder, 'model.safetensors');
  const { head, ...rest } = tinyModel({ pooling: 'mean' });
  await exportSafetensors(model, { ...rest, head: { task: 'count', ...head! } });
  const out = path.join(folder, 'out');
  const order = { workspace: folder, data: '/images', device: 'cpu', out };
  const judged = await evaluate({ ...order, model: { reference: model } }, taskOf);
  expect(asked.at(-1)).toBe('count');
  expect(judged).toMatchObject({ details: ['3 kinds of things'], report: { lines: ['counted'] } });
  const [table, metrics] = judged.files.map((file) => readFileSync(file, 'utf8'));
  expect(table).toBe('path,error\n0.png,1\n1.png,2\n2.png,3\n');
  expect(JSON.parse(metrics!)).toEqual({
    task: 'count',
    images: 3,
    primary,
    values: { countError: 2 },
    precision: 'float32',
  });
  // What is there is its own, and replaced.
  await evaluate({ ...order, model: { reference: model }, task: 'count' }, taskOf);
});

const compareOrder = (over: Partial<CompareOrder> = {}): CompareOrder => ({
  workspace: folder,
  folder,
  out: folder,
  task: 'count',
  device: 'cpu',
  overrides: {},
  from: { reference: 'run' },
  labelled: { train: '/t', val: '/v', valFraction: 0.1, splitSeed: 0, leaveOutLeaks: false },
  fractions: [0.1, 1],
  seeds: 2,
  modes: [{ kind: 'full' }],
  ...over,
});

it('is compared: less is better', async () => {
  const trained: FinetuneOrder[] = [];
  const train = async (order: FinetuneOrder) => {
    trained.push(order);
    const worse = order.fromScratch ? 1 : 0;
    const report = reportOf([1, 2, 1, 2].map((error) => error + worse));
    const best = { step: 1, n: 4, primary, values: { ...report.evaluation.values } };
    return { status: 'done' as const, step: 1, checkpoint: '/c', images: 9, best, report };
  };
  const found = await compare(compareOrder(), train, taskOf);
  expect(trained[0]!.task).toBe('count');
  expect(found).toMatchObject({ task: 'count', primary, images: 4 });
  const { gains, rows } = comparisonRecord(found);
  expect(rows[0]).toMatchObject({ start: 'scratch', countError: { value: 2.5 }, lowest: 2.5 });
  expect(gains[0]).toMatchObject({ countError: { value: -1, low: -1, high: -1 } });
  expect(gainText(found, found.gains[0]!)).toContain('more than chance');
  expect(
    gainText({ ...found, primary: { ...primary, better: 'higher' } }, found.gains[0]!),
  ).toContain('a loss');
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  expect(read('compare.csv').split('\n')[0]).toContain(',countError,low,high,');
  expect(read('compare.md')).toContain('CountError on 4 images');
  expect(read('compare-full.svg')).toContain('>CountError with few labels (full)<');
  expect(JSON.parse(read('compare.json'))).toMatchObject({ task: 'count' });
  // Stored results are read again.
  await compare(compareOrder(), train, taskOf);
  expect(trained).toHaveLength(8);
});
