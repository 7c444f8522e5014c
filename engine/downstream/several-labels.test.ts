import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../checkpoint/checkpoint.ts';
import type { LabelsEvaluation } from '../contract/studio/evaluations.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { exportHuggingFace } from '../models/export/hugging-face.ts';
import { exportOnnx } from '../models/export/onnx.ts';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { exportTimm } from '../models/export/timm.ts';
import { openModel } from '../models/open-model.ts';
import { RandomStream } from '../random/philox.ts';
import { resumeRun } from '../train/resume-run.ts';
import { compare } from './compare.ts';
import { evaluate } from './evaluate.ts';
import { type FinetuneOrder, finetune } from './finetune.ts';

const SIDE = 16;
const NAMES = ['blue', 'green', 'red'];
const IMAGES = 72;
let root: string;
let workspace: string;
let trained: string;
const at = (name: string) => path.join(root, name);

/** Which of the three colours an image has; none in every eighth. */
const has = (i: number) => NAMES.map((_, c) => ((i >> c) & 1) === 1);

/** A grey noise with a bar of each colour that it has. */
async function picture(i: number): Promise<void> {
  const random = new RandomStream(3, 'test', i);
  const data = Buffer.from(
    Array.from({ length: SIDE * SIDE * 3 }, () => Math.round(random.between(60, 110))),
  );
  for (const [c, isThere] of has(i).entries()) {
    const from = random.integer(SIDE - 4);
    for (let y = 0; y < SIDE; y++)
      for (let x = from; isThere && x < from + 4; x++) data[(y * SIDE + x) * 3 + 2 - c] = 240;
  }
  await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(at(`${i}.png`));
}

const recipe = {
  image_size: SIDE,
  patch_size: 4,
  embed_dim: 24,
  depth: 2,
  heads: 2,
  layer_scale: 1,
  init_std: 0.15,
  rel_pos_init: 'distance',
  mean: 'half',
  std: 'half',
  head_init_scale: 1,
  batch_size: 12,
  steps: 60,
  warmup_epochs: 1,
  lr: 4e-3,
  drop_path: 0,
  workers: 0,
  erase: 0,
  crop_min_area: 0.8,
  rand_augment: false,
  color_jitter: 0,
  layer_decay: 1,
  eval_every: 5,
};

function order(over: Partial<FinetuneOrder> = {}): FinetuneOrder {
  const labelled = {
    train: at('labels.csv'),
    val: null,
    valFraction: 0.34,
    fraction: 1,
    splitSeed: 0,
    fractionSeed: 0,
    leaveOutLeaks: false,
  };
  return {
    workspace,
    task: 'multilabel',
    from: 'scratch',
    recipe: at('recipe.json'),
    labelled,
    overrides: {},
    folder: root,
    mode: { kind: 'full' },
    device: 'cpu',
    ...over,
  };
}

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-several-labels-'));
  workspace = at('workspace');
  const rows = Array.from({ length: IMAGES }, (_, i) => i);
  for (const i of rows) await picture(i);
  const names = (i: number) => NAMES.filter((_, c) => has(i)[c]).join('/');
  writeFileSync(
    at('labels.csv'),
    ['path,label', ...rows.map((i) => `${i}.png,${names(i)}`)].join('\n'),
  );
  writeFileSync(
    at('columns.csv'),
    [
      `path,${NAMES.join(',')}`,
      ...rows.map((i) => `${i}.png,${has(i).map(Number).join(',')}`),
    ].join('\n'),
  );
  writeFileSync(at('recipe.json'), JSON.stringify(recipe));
  const { labelled } = order();
  await finetune(
    order({
      labelled: { ...labelled, labelSeparator: '/' },
      overrides: { mixup: 0.2, class_weights: 'balanced' },
      onRun: ({ dir }) => (trained = dir),
    }),
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a network for several labels an image', () => {
  it('learns them, and is kept by its mean average precision', () => {
    const record = JSON.parse(readFileSync(path.join(trained, 'run.json'), 'utf8'));
    expect(record).toMatchObject({
      kind: 'finetune',
      task: 'multilabel',
      classes: NAMES,
      labelled: { labelSeparator: '/' },
      best: { primary: { name: 'mAP', better: 'higher' } },
    });
    expect(record.best.values.mAP).toBeGreaterThan(0.8);
  });

  it('is evaluated alike as a run and as a file, on labels in columns', async () => {
    const { model } = await openModel(trained, { workspace });
    await exportSafetensors(at('weights.safetensors'), model);
    const file = await readSafetensors(at('weights.safetensors'));
    expect(file.metadata).toMatchObject({ task: 'multilabel', classes: JSON.stringify(NAMES) });
    const judge = (reference: string, out?: string) =>
      evaluate({
        workspace,
        model: { reference },
        data: at('columns.csv'),
        device: 'cpu',
        ...(out === undefined ? {} : { out }),
      });
    const run = await judge(trained, at('results'));
    expect(run.report.evaluation.values['mAP']).toBeGreaterThan(0.8);
    expect((await judge(at('weights.safetensors'))).report.record).toEqual(run.report.record);
    const [header, first] = readFileSync(at('results/predictions.csv'), 'utf8').split('\n');
    expect(header).toBe('path,labels,predicted,correct,p_blue,p_green,p_red');
    expect(first).toMatch(/0\.png,,/);
  });

  it('predicts labels at any requested threshold', async () => {
    const of = (threshold: number) =>
      evaluate({
        workspace,
        model: { reference: trained },
        data: at('columns.csv'),
        device: 'cpu',
        threshold,
      });
    const [low, high] = [await of(0.001), await of(0.999)];
    expect([low.report.record['threshold'], high.report.record['threshold']]).toEqual([
      0.001, 0.999,
    ]);
    const given = (found: typeof low) =>
      (found.report.evaluation as unknown as LabelsEvaluation).perClass.map((one) => one.predicted);
    const images = low.report.evaluation.images;
    expect(given(low)).toEqual([images, images, images]);
    expect(given(high).every((count) => count < images)).toBe(true);
    expect(low.report.record['mAP']).toBe(high.report.record['mAP']);
    const oneClass = {
      workspace,
      model: { reference: trained },
      data: at('columns.csv'),
      device: 'cpu',
    };
    await expect(evaluate({ ...oneClass, task: 'classify', threshold: 0.3 })).rejects.toMatchObject(
      {
        code: 'usage',
        message: expect.stringContaining('--threshold'),
      },
    );
  });

  it('is one for several labels in folders of timm and transformers, and comes back as that', async () => {
    const { model } = await openModel(trained, { workspace });
    await exportHuggingFace(at('hf'), model);
    await exportTimm(at('timm'), model);
    for (const folder of ['hf', 'timm']) {
      const config = JSON.parse(readFileSync(at(`${folder}/config.json`), 'utf8'));
      expect(config.problem_type).toBe('multi_label_classification');
      const back = await openModel(at(folder), { workspace });
      expect(back.model.head).toMatchObject({ task: 'multilabel', classes: NAMES });
    }
    expect(readFileSync(at('hf/README.md'), 'utf8')).toContain('sigmoid');
  });

  it('names its task in ONNX files, whose output are logits', async () => {
    const { model } = await openModel(trained, { workspace });
    await exportOnnx(at('network.onnx'), model);
    const bytes = readFileSync(at('network.onnx')).toString('latin1');
    expect(bytes).toContain('multilabel');
    expect(bytes).toContain('logits');
    expect(bytes).not.toContain('Sigmoid');
  });

  it('keeps its head when training continues without a named task', async () => {
    const loaded: (readonly string[])[] = [];
    const { task: _, recipe: __, ...rest } = order();
    await finetune({
      ...rest,
      from: { reference: trained },
      labelled: { ...rest.labelled, train: at('columns.csv') },
      overrides: { ...recipe, steps: 1, warmup_epochs: 0 },
      onLoaded: ({ leftAtStart }) => loaded.push(leftAtStart),
    });
    expect(loaded).toEqual([[]]);
  });

  it('trains only the head and its norm on request', async () => {
    let dir = '';
    const { labelled } = order();
    await finetune(
      order({
        labelled: { ...labelled, train: at('columns.csv') },
        mode: { kind: 'linear' },
        overrides: { steps: 2, warmup_epochs: 0 },
        onRun: (run) => (dir = run.dir),
      }),
    );
    const stateAt = async (step: number) =>
      (await loadCheckpoint({ step, folder: path.join(dir, 'checkpoints', String(step)) })).state;
    const moments = [...(await stateAt(2)).keys()].filter((name) => name.startsWith('exp_avg.'));
    expect(moments.sort()).toEqual(
      ['fc_norm.bias', 'fc_norm.weight', 'head.bias', 'head.weight'].map(
        (name) => `exp_avg.${name}`,
      ),
    );
  });

  it('resumes to the same bytes', async () => {
    const dirs: string[] = [];
    const onRun = ({ dir }: { dir: string }) => dirs.push(dir);
    const { labelled } = order();
    const same = { labelled: { ...labelled, labelSeparator: '/' }, onRun };
    const overrides = { steps: 8, mixup: 0.5, drop_path: 0.2, micro_batch: 6 };
    const whole = await finetune(order({ ...same, overrides }));
    const abort = new AbortController();
    const onEvent: FinetuneOrder['onEvent'] = (event) => {
      if (event.type === 'step' && event.step === 3) abort.abort();
    };
    await finetune(order({ ...same, overrides, signal: abort.signal, onEvent }));
    const resumed = await resumeRun({ workspace, run: dirs[1]! });
    expect(resumed.best).toEqual(whole.best);
    const [tables, again] = [whole, resumed].map(({ files = [] }) =>
      files.map((file) => [path.basename(file), readFileSync(file, 'utf8')]),
    );
    expect(tables!.map(([name]) => name)).toEqual([
      ...['predictions.csv', 'per-class.csv', 'metrics.json'],
    ]);
    expect(again).toEqual(tables);
    const state = (dir: string) => readFileSync(path.join(dir, 'checkpoints/8/state.safetensors'));
    expect(state(dirs[1]!).equals(state(dirs[0]!))).toBe(true);
  });

  it('is compared by mean average precision', async () => {
    const { labelled } = order();
    const { fraction: _, fractionSeed: __, ...images } = labelled;
    const comparison = await compare({
      workspace,
      task: 'multilabel',
      from: { reference: at('weights.safetensors') },
      labelled: { ...images, train: at('columns.csv') },
      overrides: { ...recipe, steps: 2 },
      folder: root,
      device: 'cpu',
      fractions: [1],
      seeds: 1,
      modes: [{ kind: 'full' }],
      out: at('comparison'),
    });
    expect(comparison.primary.name).toBe('mAP');
    const { low, value, high } = comparison.gains[0]!.score;
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
  });

  it('rejects a label separator where an image has one class', async () => {
    const { labelled } = order();
    const asked = { ...labelled, labelSeparator: '/' };
    await expect(finetune(order({ task: 'classify', labelled: asked }))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('--label-separator'),
    });
  });
});
