import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scoresSchema } from '../contract/scores.ts';
import { objectsEvaluationSchema } from '../contract/studio/evaluations.ts';
import { hasBfloat16 } from '../executors/onednn/testing/test-library.ts';
import { exportNetwork } from '../models/export/export-network.ts';
import { modelCard } from '../models/export/model-card.ts';
import { openModel } from '../models/open-model.ts';
import { ImageNames } from '../predictions/image-names.ts';
import { PredictionsFolder } from '../predictions/predictions-folder.ts';
import { RandomStream } from '../random/philox.ts';
import { resumeRun } from '../train/resume-run.ts';
import { compare } from './compare.ts';
import { evaluate } from './evaluate.ts';
import { type FinetuneOrder, finetune } from './finetune.ts';
import { predict } from './predict.ts';
import { expectNearScores } from './testing/expect-near-scores.ts';

const workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-objects-'));
const data = path.join(workspace, 'shapes');
afterAll(() => rmSync(workspace, { recursive: true }));

/**
 * Bright squares and grey bars on a dark ground, one or two an image, with a COCO file beside them.
 *
 * @param outlines whether objects have outlines, and not boxes alone
 */
function writeShapes(folder: string, count: number, seed: number, outlines = true): void {
  mkdirSync(path.join(folder, 'images'), { recursive: true });
  const images: object[] = [];
  const annotations: object[] = [];
  for (let i = 0; i < count; i++) {
    const random = new RandomStream(seed, 'test', i);
    const [width, height] = [40 + random.integer(16), 36 + random.integer(16)];
    const data = new Uint8Array(3 * width * height).fill(30);
    for (let object = 0; object <= i % 2; object++) {
      const isBar = (i + object) % 3 === 0;
      const [w, h] = isBar ? [18, 7] : [12, 12];
      const [x, y] = [random.integer(width - w), random.integer(height - h)];
      for (let row = y; row < y + h; row++)
        data.fill(isBar ? 130 : 230, 3 * (row * width + x), 3 * (row * width + x + w));
      const outline = [x, y, x + w, y, x + w, y + h, x, y + h];
      annotations.push({
        id: annotations.length + 1,
        image_id: i,
        category_id: isBar ? 7 : 3,
        bbox: [x, y, w, h],
        area: w * h,
        iscrowd: 0,
        ...(outlines && { segmentation: [outline] }),
      });
    }
    const file_name = `${i}.png`;
    images.push({ id: i, file_name, width, height });
    writeFileSync(
      path.join(folder, 'images', file_name),
      encode({ width, height, data, channels: 3 }),
    );
  }
  const categories = [
    { id: 3, name: 'square' },
    { id: 7, name: 'bar' },
  ];
  writeFileSync(
    path.join(folder, 'objects.json'),
    JSON.stringify({ images, annotations, categories }),
  );
}

const order = (changes: Partial<FinetuneOrder> = {}): FinetuneOrder => ({
  workspace,
  from: 'scratch',
  labelled: {
    train: data,
    val: null,
    valFraction: 0.25,
    fraction: 1,
    splitSeed: 0,
    fractionSeed: 0,
    leaveOutLeaks: false,
  },
  recipe: 'micro',
  overrides: {
    image_size: 32,
    patch_size: 8,
    embed_dim: 32,
    depth: 3,
    heads: 2,
    batch_size: 8,
    queries: 6,
    query_blocks: 2,
    scale_min: 0.8,
    scale_max: 1.2,
    epochs: 6,
    min_steps: 0,
    warmup_epochs: 1,
    lr: 2e-3,
    workers: 0,
    eval_every: 3,
    checkpoint_every: 1000,
    ...changes.overrides,
  },
  folder: workspace,
  mode: { kind: 'full' },
  device: 'cpu',
  ...Object.fromEntries(Object.entries(changes).filter(([key]) => key !== 'overrides')),
});

const masks = { mask_points: 64 };

beforeAll(async () => {
  writeShapes(data, 32, 1);
  await finetune(order({ name: 'boxes', task: 'detect' }));
  const { best } = await finetune(order({ name: 'masks', task: 'instances', overrides: masks }));
  expect(best?.primary).toEqual({ name: 'AP', better: 'higher' });
  expect(Object.keys(best!.values)).toEqual(['AP', 'AP50', 'AP75', 'AR100', 'boxAP']);
});

it.each([
  ['boxes', 'detect'],
  ['masks', 'instances'],
])(
  'has equal numbers in training and in an evaluation of the same images, %s',
  async (run, task) => {
    const held = path.join(workspace, `held-${run}`);
    writeShapes(held, 10, 3);
    const labelled = { ...order().labelled, val: held };
    const overrides = { ...(run === 'masks' && masks), epochs: 2, eval_every: 2 };
    const { best } = await finetune(order({ name: `${run}2`, task, labelled, overrides }));
    const out = path.join(workspace, `results-${run}`);
    const { report, files } = await evaluate({
      workspace,
      model: { reference: `${run}2` },
      data: held,
      device: 'cpu',
      out,
    });
    for (const [score, value] of Object.entries(best!.values))
      expect(report.evaluation.values[score], score).toBeCloseTo(value, 6);
    const { primary, values } = report.evaluation;
    expect(scoresSchema.parse(report.record)).toMatchObject({ primary, values });
    const metrics = JSON.parse(readFileSync(path.join(out, 'metrics.json'), 'utf8'));
    expect(metrics).toMatchObject({ task, images: 10, objects: 15 });
    const pages = objectsEvaluationSchema.parse(metrics);
    expect(pages.masks === null).toBe(task === 'detect');
    expect(files.map((file) => path.basename(file))).toEqual([
      'images.csv',
      'per-class.csv',
      ...(task === 'instances' ? ['boxes.csv'] : []),
      'curves.csv',
      'metrics.json',
    ]);
    for (const file of files) expect(existsSync(file)).toBe(true);
  },
);

it.each(['detect', 'instances'])('resumes to the same bytes, %s', async (task) => {
  const overrides = {
    ...(task === 'instances' && masks),
    drop_path: 0.1,
    color_jitter: 0.4,
    epochs: 3,
    eval_every: 1,
    checkpoint_every: 1,
  };
  const whole = await finetune(order({ name: `whole-${task}`, task, overrides }));
  const stop = new AbortController();
  const dirs: string[] = [];
  const stopped = await finetune(
    order({
      name: `stopped-${task}`,
      task,
      overrides,
      signal: stop.signal,
      onRun: ({ dir }) => dirs.push(dir),
      onEvent: (event) => {
        if (event.type === 'step' && event.step === 4) stop.abort();
      },
    }),
  );
  expect(stopped.step).toBeLessThan(whole.step);
  const resumed = await resumeRun({ workspace, run: dirs[0]! });
  expect(resumed.best).toEqual(whole.best);
  const [first, second] = [whole, resumed].map(({ checkpoint }) =>
    readFileSync(path.join(checkpoint, 'state.safetensors')),
  );
  expect(second!.equals(first!)).toBe(true);
});

it('starts from the network of another run, of which it keeps a head for the same classes', async () => {
  const loadedFrom = async (task: string, overrides: FinetuneOrder['overrides']) => {
    const loaded: string[] = [];
    await finetune(
      order({
        name: `from-boxes-${task}`,
        from: { reference: 'boxes' },
        task,
        overrides: { epochs: 1, ...overrides },
        onLoaded: (report) => loaded.push(...report.loaded),
      }),
    );
    return loaded;
  };
  const same = await loadedFrom('detect', {});
  expect(same).toContain('query.weight');
  expect(same).toContain('class_predictor.weight');
  const other = await loadedFrom('instances', masks);
  expect(other).toContain('blocks.2.mlp.fc2.weight');
  expect(other).not.toContain('query.weight');
});

/** Predictions as `predict --format coco` writes them. */
async function predictInto(name: string, model: string, threshold?: number) {
  const images = path.join(data, 'images');
  const out = path.join(workspace, name);
  let folder: PredictionsFolder | undefined;
  const found = await predict({
    workspace,
    model: { reference: model },
    data: [images],
    device: 'cpu',
    ...(threshold !== undefined && { threshold }),
    onStart: () => Promise.reject(new Error('classifies images')),
    async onDenseStart({ kind, task, model: origin, classes }) {
      const head = { format: 'coco', kind, task, model: origin, classes } as const;
      const names = new ImageNames([images], [true]);
      folder = await PredictionsFolder.open({ folder: out, head, names, resume: false });
      return {
        isDone: (one) => folder!.isDone(one),
        add: async (one) => void (await folder!.add(one)),
      };
    },
    onRows: () => {},
    onLeftOut: () => {},
  });
  await folder!.end();
  return { found, out };
}

it.runIf(hasBfloat16())('evaluates in bfloat16 with nearly the same scores', async () => {
  const order = { workspace, model: { reference: 'masks' }, data };
  await expectNearScores(order, ['AP50', 'AR100'], 0.03);
});

it('predicts the objects of new images above a threshold', async () => {
  const counts: number[] = [];
  for (const threshold of [0, 0.2]) {
    const { found, out } = await predictInto(`coco-${threshold}`, 'masks', threshold);
    expect(found).toMatchObject({ images: 32, leftOut: 0 });
    const file = JSON.parse(readFileSync(path.join(out, 'annotations.json'), 'utf8'));
    const scores = file.annotations.map(({ score }: { score: number }) => score);
    expect(scores.every((score: number) => score >= threshold)).toBe(true);
    counts.push(scores.length);
  }
  expect(counts[0]).toBeGreaterThan(32);
  expect(counts[1]).toBeLessThan(counts[0]!);
});

it('is compared with a network from scratch by average precision over the same images', async () => {
  const { fraction: _, fractionSeed: __, ...labelled } = order().labelled;
  const held = path.join(workspace, 'held-compared');
  writeShapes(held, 12, 6);
  const { gains, cells, primary } = await compare({
    workspace,
    task: 'detect',
    from: { reference: 'boxes' },
    labelled: { ...labelled, val: held },
    recipe: 'micro',
    overrides: { ...order().overrides, epochs: 1, eval_every: 1 },
    folder: workspace,
    device: 'cpu',
    fractions: [0.5, 1],
    seeds: 1,
    modes: [{ kind: 'full' }],
    out: path.join(workspace, 'comparison'),
  });
  expect(primary.name).toBe('AP');
  expect(cells).toHaveLength(4);
  for (const { score } of gains) {
    expect(score.low).toBeLessThanOrEqual(score.value);
    expect(score.high).toBeGreaterThanOrEqual(score.value);
  }
  const apOf = (start: string) =>
    cells.find((cell) => cell.start === start && cell.fraction === 1)!.values['AP']!;
  const gain = gains.find(({ fraction }) => fraction === 1)!;
  expect(gain.score.value).toBeCloseTo(apOf('pretrained') - apOf('scratch'), 6);
});

it('refuses sets without what the task learns, and says what to do', async () => {
  const boxesOnly = path.join(workspace, 'boxes-only');
  writeShapes(boxesOnly, 8, 4, false);
  const labelled = { ...order().labelled, train: boxesOnly };
  await expect(
    finetune(order({ labelled, task: 'instances', overrides: masks })),
  ).rejects.toMatchObject({
    code: 'masks-missing',
    advice: expect.stringContaining('--task detect'),
  });
  await expect(
    evaluate({ workspace, model: { reference: 'masks' }, data: boxesOnly, device: 'cpu' }),
  ).rejects.toMatchObject({ code: 'masks-missing' });
  const none = path.join(workspace, 'none');
  writeShapes(none, 4, 5);
  const file = path.join(none, 'objects.json');
  const coco = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...coco, annotations: [] }));
  await expect(
    finetune(order({ labelled: { ...labelled, train: none }, task: 'detect' })),
  ).rejects.toMatchObject({ code: 'training-empty' });
  await expect(
    finetune(order({ labelled: { ...order().labelled, val: none }, task: 'detect' })),
  ).rejects.toMatchObject({ code: 'validation-empty' });
  await expect(
    evaluate({
      workspace,
      model: { reference: 'boxes' },
      data,
      device: 'cpu',
      task: 'instances',
    }),
  ).rejects.toMatchObject({ code: 'usage' });
  const scored = { workspace, model: { reference: 'boxes' }, data, device: 'cpu', threshold: 0.9 };
  await expect(evaluate(scored)).rejects.toMatchObject({
    message: '--threshold has no effect where pixels or objects have classes.',
  });
});

interface Detection {
  readonly image_id: number;
  /** As the training set numbers them. */
  readonly category_id: number;
  readonly bbox: readonly number[];
  readonly score: number;
  readonly segmentation?: { readonly size: readonly number[]; readonly counts: string };
}

/** The records of `results.json`. */
async function detectionsOf(model: string, name: string): Promise<Detection[]> {
  const { out } = await predictInto(name, model, 0.1);
  return JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8'));
}

/** Equal but for the rounding of float32. */
function expectSameDetections(found: readonly Detection[], expected: readonly Detection[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, one] of expected.entries()) {
    const other = found[i]!;
    expect([other.image_id, other.category_id]).toEqual([one.image_id, one.category_id]);
    expect(other.score).toBeCloseTo(one.score, 4);
    for (const [side, value] of one.bbox.entries()) expect(other.bbox[side]).toBeCloseTo(value, 2);
    expect(other.segmentation?.size).toEqual(one.segmentation?.size);
  }
}

it.each(['boxes', 'masks'])('is exported, and the files find the same, %s', async (run) => {
  const onnx = path.join(workspace, `${run}.onnx`);
  const written = await exportNetwork({ workspace, run, format: 'onnx', out: onnx });
  expect(written.largestDifference).toBeLessThan(1e-3);
  const file = path.join(workspace, `${run}.safetensors`);
  await exportNetwork({ workspace, run, format: 'safetensors', out: file });
  const evaluated = async (reference: string) =>
    (await evaluate({ workspace, model: { reference }, data, device: 'cpu' })).report.evaluation;
  const [own, exported] = [await evaluated(run), await evaluated(file)];
  expect(exported.task).toBe(own.task);
  expect(exported.values).toEqual(own.values);
  const ofFile = await evaluated(onnx);
  expect(ofFile.task).toBe(own.task);
  expect(Object.keys(ofFile.values)).toEqual(Object.keys(own.values));
  for (const [score, value] of Object.entries(own.values))
    expect(ofFile.values[score], score).toBeCloseTo(value, 4);
  const [expected, ...others] = await Promise.all(
    [run, file, onnx].map((model, i) => detectionsOf(model, `${run}-as-${i}`)),
  );
  expect(new Set(expected!.map((one) => one.category_id))).toEqual(new Set([3, 7]));
  for (const found of others) expectSameDetections(found, expected!);
  for (const format of ['hf', 'timm'] as const)
    await expect(
      exportNetwork({ workspace, run, format, out: path.join(workspace, format) }),
    ).rejects.toMatchObject({
      code: 'export-unsupported',
      advice: expect.stringContaining('onnx'),
    });
});

it('is described as what it is', async () => {
  const { model } = await openModel('boxes', { workspace });
  const card = modelCard(model);
  expect(card).toContain('pipeline_tag: object-detection');
  expect(card).toContain('finds objects of 2 classes');
  expect(card).not.toContain('without labels');
  expect(card).not.toContain('from transformers import');
});
