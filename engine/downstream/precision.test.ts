/** Trained networks that are applied in bfloat16: their scores, and what results say of the precision. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROCESSOR_BY_EXECUTOR } from '../contract/device.ts';
import type { Precision } from '../contract/precision.ts';
import type { PredictionRow } from '../contract/predictions-text.ts';
import { hasBfloat16 } from '../executors/onednn/testing/test-library.ts';
import { exportOnnx } from '../models/export/onnx.ts';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { RandomStream } from '../random/philox.ts';
import { knn } from '../tasks/knn/evaluate.ts';
import { embed } from './embed.ts';
import { evaluate } from './evaluate.ts';
import { finetune } from './finetune.ts';
import { predict } from './predict.ts';

const CLASSES = ['ant', 'bee', 'wasp'];
const PER_CLASS = 10;

let root: string;
const at = (...names: string[]) => path.join(root, ...names);

/** Noise around a colour of its class, so that classes can be told apart, not always. */
async function picture(file: string, label: number, id: number): Promise<void> {
  const random = new RandomStream(3, 'test', id);
  const data = Buffer.from(
    Array.from(
      { length: 16 * 16 * 3 },
      (_, i) => 60 * Number(i % 3 === label) + random.integer(196),
    ),
  );
  await sharp(data, { raw: { width: 16, height: 16, channels: 3 } })
    .png()
    .toFile(file);
}

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-precision-'));
  await exportSafetensors(at('classifier.safetensors'), tinyModel({ pooling: 'mean' }));
  await exportSafetensors(at('trunk.safetensors'), tinyModel());
  let id = 0;
  for (const set of ['train', 'val'])
    for (const [label, name] of CLASSES.entries()) {
      mkdirSync(at(set, name), { recursive: true });
      for (let i = 0; i < PER_CLASS; i++) await picture(at(set, name, `${i}.png`), label, id++);
    }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface On {
  readonly device: string;
  readonly precision?: Precision;
}

async function evaluated(on: On) {
  const out = mkdtempSync(at('results-'));
  const model = { reference: at('classifier.safetensors') };
  const { report } = await evaluate({ workspace: root, model, data: at('val'), out, ...on });
  const metrics = JSON.parse(await readFile(path.join(out, 'metrics.json'), 'utf8'));
  return { report, metrics, probabilities: await probabilitiesIn(out) };
}

async function probabilitiesIn(folder: string): Promise<number[][]> {
  const table = await readFile(path.join(folder, 'predictions.csv'), 'utf8');
  const [head, ...lines] = table
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const columns = CLASSES.map((name) => head!.indexOf(`p_${name}`));
  return lines.map((line) => columns.map((column) => Number(line[column])));
}

async function predicted(on: On, reference = at('classifier.safetensors')) {
  const rows: PredictionRow[] = [];
  let precision: Precision | undefined;
  await predict({
    ...{ workspace: root, model: { reference }, data: [at('val')], ...on },
    onStart: (start) => {
      ({ precision } = start);
    },
    onDenseStart: () => Promise.reject(new Error('no classifier')),
    onRows: (some) => void rows.push(...some),
    onLeftOut: () => {},
  });
  return { rows, precision };
}

async function neighbours(on: On) {
  const order = { train: at('train'), val: at('val'), ks: [5], out: mkdtempSync(at('knn-')) };
  const from = { reference: at('trunk.safetensors') };
  const { report, sweep } = await knn({ workspace: root, from, ...order, ...on });
  const metrics = JSON.parse(await readFile(path.join(order.out, 'metrics.json'), 'utf8'));
  return { report, metrics, top1: sweep[0]!.top1 };
}

const furthest = (a: readonly number[][], b: readonly number[][]) =>
  Math.max(...a.flatMap((row, i) => row.map((value, c) => Math.abs(value - b[i]![c]!))));

/** The step of numbers in bfloat16 below 1, some of which add up on the way to a probability. */
const STEP = 2 ** -8;

describe('networks applied in bfloat16', () => {
  describe('on reference', () => checkOn('reference'));
  describe.runIf(hasBfloat16())(`on ${PROCESSOR_BY_EXECUTOR.onednn}`, () =>
    checkOn(PROCESSOR_BY_EXECUTOR.onednn),
  );
});

function checkOn(device: string) {
  const narrow = { device, precision: 'bfloat16' } as const;

  it('evaluates with nearly the same probabilities, and says the precision', async () => {
    const [exact, rounded] = [await evaluated({ device }), await evaluated(narrow)];
    const apart = furthest(exact.probabilities, rounded.probabilities);
    expect(apart).toBeGreaterThan(0);
    expect(apart).toBeLessThan(6 * STEP);
    const top1 = ({ report }: typeof exact) => report.evaluation.values['top1']!;
    const close = exact.probabilities.filter((row) => {
      const [first, second] = row.toSorted((a, b) => b - a);
      return first! - second! <= 2 * apart;
    });
    expect(Math.abs(top1(exact) - top1(rounded))).toBeLessThanOrEqual(
      close.length / exact.probabilities.length,
    );
    expect([exact, rounded].map(({ metrics }) => metrics.precision)).toEqual([
      'float32',
      'bfloat16',
    ]);
    expect(rounded.report.record).toMatchObject({ type: 'metrics', precision: 'bfloat16' });
    expect(rounded.report.lines.at(-1)).toBe('Computed in bfloat16.');
    expect(exact.report.lines.join('\n')).not.toContain('Computed in');
  });

  it('predicts what it evaluates, to the last digit', async () => {
    const { rows, precision } = await predicted(narrow);
    expect(precision).toBe('bfloat16');
    const { probabilities } = await evaluated(narrow);
    expect(rows.map((row) => row.probabilities)).toEqual(probabilities);
  });

  it('finds nearly the same neighbours, and says the precision', async () => {
    const [exact, rounded] = [await neighbours({ device }), await neighbours(narrow)];
    expect(Math.abs(exact.top1 - rounded.top1)).toBeLessThanOrEqual(2 / (3 * PER_CLASS));
    expect([exact, rounded].map(({ metrics }) => metrics.precision)).toEqual([
      'float32',
      'bfloat16',
    ]);
    expect(rounded.report.record).toMatchObject({ task: 'knn', precision: 'bfloat16' });
  });

  it('fits a linear probe to such features, in the precision of its recipe', async () => {
    const fitted = (precision: Precision) =>
      finetune({
        ...{ workspace: root, folder: root, device, mode: { kind: 'linear' } },
        from: { reference: at('trunk.safetensors') },
        labelled: {
          ...{ train: at('train'), val: at('val'), valFraction: 0.1, splitSeed: 0 },
          ...{ fraction: 1, fractionSeed: 0, leaveOutLeaks: false },
        },
        overrides: { precision },
      });
    const [exact, rounded] = [await fitted('float32'), await fitted('bfloat16')];
    expect(rounded.report?.record).toMatchObject({ precision: 'bfloat16' });
    const [a, b] = [exact, rounded].map(({ report }) => report!.evaluation.values);
    expect(Math.abs(a!['top1']! - b!['top1']!)).toBeLessThanOrEqual(2 / (3 * PER_CLASS));
    expect(a!['loss']).not.toBe(b!['loss']);
  });
}

it('writes the precision of embeddings into Parquet', async () => {
  const order = { workspace: root, from: { reference: at('trunk.safetensors') }, data: at('val') };
  const out = at('features.parquet');
  const on = { device: 'reference', precision: 'bfloat16' } as const;
  const written = await embed({ ...order, out, pooling: 'mean', ...on });
  expect(written.precision).toBe('bfloat16');
  const { key_value_metadata } = await parquetMetadataAsync(await asyncBufferFromFile(out));
  expect(key_value_metadata).toEqual([{ key: 'precision', value: 'bfloat16' }]);
});

describe('a precision that cannot be had', () => {
  const asked = { device: 'cpu', precision: 'bfloat16' } as const;

  it('is refused with the device that lacks it', async () => {
    for (const apply of [evaluated, predicted, neighbours])
      await expect(apply(asked)).rejects.toMatchObject({
        code: 'precision-unavailable',
        message: 'cpu does not compute in bfloat16.',
        advice: expect.stringContaining('--precision float32'),
      });
  });

  it('is refused for an ONNX file, which is run as it is and names none', async () => {
    const file = at('classifier.onnx');
    await exportOnnx(file, tinyModel({ pooling: 'mean' }));
    await expect(predicted(asked, file)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('leave out --precision'),
    });
    expect((await predicted({ device: 'cpu' }, file)).precision).toBeUndefined();
  });
});
