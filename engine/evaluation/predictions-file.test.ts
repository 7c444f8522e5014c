import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluateScores } from './metrics.ts';
import type { ClassScores } from './outcomes.ts';
import { refuseTakenPredictions, writePredictions } from './predictions-file.ts';

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

describe('writePredictions', () => {
  it('writes tables that another reader understands', async () => {
    const report = evaluateScores(scores, labels, classes);
    const files = await writePredictions(folder, { paths, scores, labels, classes }, report);
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
      ...{ class: 'dog', support: '0', predicted: '1', precision: '0', recall: '', f1: '0' },
    });
    expect((await table('mistakes.csv'))[0]).toMatchObject({ path: paths[1], predicted: 'dog' });
    const metrics = JSON.parse(await readFile(path.join(folder, 'metrics.json'), 'utf8'));
    const named = report.mistakes.map((mistake) => ({ ...mistake, path: paths[mistake.image] }));
    expect(metrics).toEqual({ ...report, mistakes: named });
  });

  it('replaces earlier predictions, and no file of somebody else', async () => {
    const report = evaluateScores(scores, labels, classes);
    const write = () => writePredictions(folder, { paths, scores, labels, classes }, report);
    const files = await write();
    await refuseTakenPredictions(folder);
    await write();
    for (const file of files) {
      const before = await readFile(file, 'utf8');
      for (const text of ['thesis', 'path,label\n/a,x\n', '{"perClass": 1}', '{']) {
        await writeFile(file, text);
        for (const attempt of [refuseTakenPredictions(folder), write()])
          await expect(attempt).rejects.toMatchObject({
            code: 'target-taken',
            message: expect.stringContaining(file),
          });
        expect(await readFile(file, 'utf8')).toBe(text);
      }
      await writeFile(file, before);
    }
  });

  it('leaves the truth empty where it is not known, and writes no metrics', async () => {
    const files = await writePredictions(folder, { paths, scores, classes });
    expect(files).toHaveLength(1);
    const [row] = await table('predictions.csv');
    expect(row).toMatchObject({ label: '', correct: '', predicted: classes[0] });
  });

  it('leaves nothing behind when the scores are broken', async () => {
    const broken = { ...scores, data: scores.data.map((value, i) => (i === 4 ? NaN : value)) };
    await expect(writePredictions(folder, { paths, scores: broken, classes })).rejects.toThrow(
      /gave NaN for class 1 of image 1/,
    );
    expect(await readdir(folder)).toEqual([]);
    await expect(writePredictions(folder, { paths: ['a'], scores, classes })).rejects.toMatchObject(
      { code: 'evaluation-invalid' },
    );
  });
});
