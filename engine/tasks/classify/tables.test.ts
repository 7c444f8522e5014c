import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClassScores } from '../../evaluation/class-scores.ts';
import { refuseTakenEvaluation, writeEvaluation } from '../shared/evaluation-files.ts';
import { evaluateScores } from './metrics.ts';
import { CLASSIFIER_TABLES, classifierTables, type Predictions } from './tables.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'predictions-'));
});
afterEach(() => rm(folder, { recursive: true }));

const classes = ['cat, "big"', 'dog', 'größe\nneu'];
const paths = ['/a/x,1.png', '/b/"y".png', ' /c/z.png'];
const scores: ClassScores = {
  kind: 'logits',
  data: Float32Array.of(2, 0, 0, 0, 3, 0, 0, 0, -1),
  count: 3,
  classes: 3,
};
const labels = [0, 0, 2];

const table = async (name: string): Promise<Record<string, string>[]> =>
  parse(await readFile(path.join(folder, name)), { columns: true });

/** As a judgement writes them. */
function write(predictions: Predictions) {
  const evaluation = evaluateScores(predictions.scores, labels, classes);
  const tables = () => classifierTables(predictions, evaluation);
  return writeEvaluation(folder, CLASSIFIER_TABLES, { evaluation, tables });
}

describe('the tables of a classifier', () => {
  it('writes tables that another reader understands', async () => {
    const report = evaluateScores(scores, labels, classes);
    const files = await write({ paths, scores, labels });
    const expected = [
      ...['predictions.csv', 'per-class.csv', 'confusion.csv', 'mistakes.csv', 'metrics.json'],
    ];
    expect(files.map((file) => path.basename(file))).toEqual(expected);
    expect((await readdir(folder)).sort()).toEqual(expected.toSorted());

    const rows = await table('predictions.csv');
    expect(rows.map((row) => row['path'])).toEqual(paths);
    expect(rows.map((row) => row['label'])).toEqual([classes[0], classes[0], classes[2]]);
    expect(rows.map((row) => row['predicted'])).toEqual([classes[0], classes[1], classes[0]]);
    expect(rows.map((row) => row['correct'])).toEqual(['true', 'false', 'false']);
    const p = (row: Record<string, string>) => classes.map((name) => Number(row[`p_${name}`]));
    expect(p(rows[0]!)[0]).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 2), 6);
    for (const row of rows) {
      expect(p(row).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(Number(row['confidence'])).toBe(Math.max(...p(row)));
    }

    const confusion = await table('confusion.csv');
    expect(confusion.map((row) => classes.map((name) => row[name]))).toEqual([
      ['1', '1', '0'],
      ['0', '0', '0'],
      ['1', '0', '0'],
    ]);
    const perClass = await table('per-class.csv');
    expect(perClass[1]).toEqual({
      class: 'dog',
      support: '0',
      predicted: '1',
      precision: '0',
      recall: '',
      f1: '0',
    });
    expect((await table('mistakes.csv'))[0]).toMatchObject({ path: paths[1], predicted: 'dog' });
    const metrics = JSON.parse(await readFile(path.join(folder, 'metrics.json'), 'utf8'));
    expect(metrics).toEqual(report);
    expect(metrics).toMatchObject({ task: 'classify', primary: { name: 'top1' } });
  });

  it('replaces earlier predictions, and no file of somebody else', async () => {
    const again = () => write({ paths, scores, labels });
    const files = await again();
    await refuseTakenEvaluation(folder, CLASSIFIER_TABLES);
    await again();
    for (const file of files) {
      const before = await readFile(file, 'utf8');
      for (const text of ['thesis', 'path,label\n/a,x\n', '{"perClass": 1}', '{']) {
        await writeFile(file, text);
        for (const attempt of [refuseTakenEvaluation(folder, CLASSIFIER_TABLES), again()])
          await expect(attempt).rejects.toMatchObject({
            code: 'target-taken',
            message: expect.stringContaining(file),
          });
        expect(await readFile(file, 'utf8')).toBe(text);
      }
      await writeFile(file, before);
    }
  });

  it('replaces an evaluation of 0.1.0, which names no task', async () => {
    const old = JSON.stringify({ perClass: [], confusion: [], mistakes: [] });
    await writeFile(path.join(folder, 'metrics.json'), old);
    await expect(write({ paths, scores, labels })).resolves.toHaveLength(5);
  });

  it('leaves nothing behind when the scores are broken', async () => {
    const broken = { ...scores, data: scores.data.map((value, i) => (i === 4 ? NaN : value)) };
    const evaluation = evaluateScores(scores, labels, classes);
    const tables = () => classifierTables({ paths, scores: broken, labels }, evaluation);
    await expect(
      writeEvaluation(folder, CLASSIFIER_TABLES, { evaluation, tables }),
    ).rejects.toThrow(/gave NaN for class 1 of image 1/);
    expect(await readdir(folder)).toEqual([]);
    expect(() => classifierTables({ paths: ['a'], scores, labels }, evaluation)).toThrow(
      expect.objectContaining({ code: 'evaluation-invalid' }),
    );
  });
});
