import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decode, encode } from 'fast-png';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scoresSchema } from '../contract/scores.ts';
import { hasBfloat16 } from '../executors/onednn/testing/test-library.ts';
import { exportNetwork } from '../models/export/export-network.ts';
import { modelCard } from '../models/export/model-card.ts';
import { openModel } from '../models/open-model.ts';
import { ImageNames } from '../predictions/image-names.ts';
import { PredictionsFolder } from '../predictions/predictions-folder.ts';
import { RandomStream } from '../random/philox.ts';
import type { TrainingEvent } from '../runs/events.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { type CompareOrder, compare } from './compare.ts';
import { type EvaluateOrder, evaluate } from './evaluate.ts';
import { type FinetuneOrder, finetune } from './finetune.ts';
import { predict } from './predict.ts';
import type { PredictOrder } from './predict-order.ts';
import { expectNearScores } from './testing/expect-near-scores.ts';

const workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-segment-'));
const data = path.join(workspace, 'shapes');
afterAll(() => rmSync(workspace, { recursive: true }));

/** Discs and squares of two brightnesses on a dark ground, with their masks. */
function writeShapes(folder: string, count: number, seed: number): void {
  const [images, masks] = [path.join(folder, 'images'), path.join(folder, 'masks')];
  for (const each of [images, masks]) mkdirSync(each, { recursive: true });
  for (let i = 0; i < count; i++) {
    const random = new RandomStream(seed, 'test', i);
    const [width, height] = [40 + random.integer(20), 40 + random.integer(20)];
    const [x0, y0, r] = [12 + random.integer(16), 12 + random.integer(16), 8 + random.integer(5)];
    const isDisc = i % 2 === 0;
    const mask = Uint8Array.from({ length: width * height }, (_, at) => {
      const [dx, dy] = [(at % width) - x0, Math.floor(at / width) - y0];
      const inside = isDisc ? dx * dx + dy * dy < r * r : Math.max(Math.abs(dx), Math.abs(dy)) < r;
      return inside ? (isDisc ? 1 : 2) : 0;
    });
    const image = Uint8Array.from({ length: 3 * mask.length }, (_, at) => {
      const level = [40, 130, 220][mask[Math.floor(at / 3)]!]!;
      return Math.min(255, Math.max(0, level + 10 * random.normal()));
    });
    writeFileSync(
      path.join(images, `${i}.png`),
      encode({ width, height, data: image, channels: 3 }),
    );
    writeFileSync(path.join(masks, `${i}.png`), encode({ width, height, data: mask, channels: 1 }));
  }
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
  task: 'segment',
  recipe: 'micro',
  overrides: {
    image_size: 32,
    patch_size: 4,
    embed_dim: 32,
    depth: 4,
    heads: 2,
    batch_size: 8,
    epochs: 24,
    min_steps: 0,
    warmup_epochs: 2,
    lr: 2e-3,
    drop_path: 0,
    workers: 0,
    eval_every: 12,
    checkpoint_every: 1000,
    init_std: 0.1,
    ...changes.overrides,
  },
  folder: workspace,
  mode: { kind: 'full' },
  device: 'cpu',
  ...Object.fromEntries(Object.entries(changes).filter(([key]) => key !== 'overrides')),
});

const run = 'linear';
beforeAll(async () => {
  writeShapes(data, 32, 1);
  const { best, report } = await finetune(order({ name: 'linear' }));
  expect(best?.primary).toEqual({ name: 'mIoU', better: 'higher' });
  expect(report?.evaluation.values['mIoU']).toBeGreaterThan(0.5);
});

it('learns to segment, and says how well with intervals', async () => {
  writeShapes(path.join(workspace, 'others'), 8, 2);
  const mask = path.join(workspace, 'others', 'masks', '7.png');
  const { width, height } = decode(readFileSync(mask));
  const ignored = new Uint8Array(width * height).fill(255);
  writeFileSync(mask, encode({ width, height, data: ignored, channels: 1 }));
  const found = await evaluate({
    workspace,
    model: { reference: run },
    data: path.join(workspace, 'others'),
    device: 'cpu',
    out: path.join(workspace, 'results'),
  });
  const { evaluation, record } = found.report;
  expect(scoresSchema.parse(record).primary.name).toBe('mIoU');
  expect(evaluation).toMatchObject({ task: 'segment', images: 8 });
  expect(evaluation.values['mIoU']).toBeGreaterThan(0.5);
  expect(evaluation.values['pixelAccuracy']).toBeGreaterThan(0.85);
  const lines = readFileSync(path.join(workspace, 'results', 'images.csv'), 'utf8').split('\n');
  expect(lines[0]!.trim()).toBe('path,pixelAccuracy,mIoU');
  expect(lines.filter((line) => line !== '')).toHaveLength(9);
  // An image in which every pixel is ignored has no scores.
  expect(lines.find((line) => line.includes('7.png'))).toMatch(/7\.png,,\r?$/);
  for (const name of ['per-class.csv', 'metrics.json'])
    expect(existsSync(path.join(workspace, 'results', name))).toBe(true);
});

it.runIf(hasBfloat16())('evaluates in bfloat16 with nearly the same scores', async () => {
  const order = { workspace, model: { reference: run }, data };
  await expectNearScores(order, ['mIoU', 'pixelAccuracy'], 0.01);
});

it('evaluates the images of a split alone', async () => {
  const divided = path.join(workspace, 'divided');
  const parts = { train: 5, test: 3 };
  for (const [split, count] of Object.entries(parts)) {
    writeShapes(path.join(workspace, split), count, count);
    for (const kind of ['images', 'masks'])
      cpSync(path.join(workspace, split, kind), path.join(divided, kind, split), {
        recursive: true,
      });
  }
  const judge = { workspace, model: { reference: run }, data: divided, device: 'cpu' };
  expect((await evaluate(judge)).report.evaluation.images).toBe(8);
  expect((await evaluate({ ...judge, split: 'test' })).report.evaluation.images).toBe(3);
  await expect(evaluate({ ...judge, split: 'val' })).rejects.toMatchObject({
    code: 'evaluation-empty',
  });
});

it('says which evaluated images it was trained on, and none where it cannot be known', async () => {
  const notesOn = async (changes: Partial<EvaluateOrder>) =>
    (await evaluate({ workspace, model: { reference: run }, data, device: 'cpu', ...changes }))
      .warnings;
  const masks = { masks: path.join(data, 'masks') };
  for (const given of [{}, { data: path.join(data, 'images'), dense: masks }])
    expect((await notesOn(given)).join()).toMatch(
      /\b\d\d of 32 validation images also occur among the training images \(/,
    );
  const weights = path.join(workspace, 'seen.safetensors');
  await exportNetwork({ workspace, run, format: 'safetensors', out: weights });
  expect((await notesOn({ model: { reference: weights } })).join()).not.toContain('also occur');
});

it('keeps pictures of a few validation images with each evaluation', async () => {
  const events: TrainingEvent[] = [];
  const { checkpoint } = await finetune(
    order({
      name: 'pictures',
      overrides: { epochs: 3, eval_every: 1, warmup_epochs: 0 },
      onEvent: (event) => events.push(event),
    }),
  );
  const shown = events.filter((event) => event.type === 'pictures');
  expect(shown.map(({ step }) => step)).toEqual([3, 6, 9]);
  const dir = path.resolve(checkpoint, '../..');
  for (const { images, legend } of shown) {
    expect(legend.map(({ name }) => name)).toEqual(['1', '2']);
    expect(images.map(({ path: at }) => path.dirname(at))).toEqual(
      Array.from({ length: 4 }, () => path.join(data, 'images')),
    );
    for (const { views } of images) {
      expect(views.map(({ title }) => title)).toEqual(['Image', 'Truth', 'Prediction']);
      for (const { file } of views) expect(existsSync(path.join(dir, file))).toBe(true);
    }
  }
  // The same images each time.
  const named = shown.map(({ images }) => images.map(({ path: at }) => at).join());
  expect(new Set(named).size).toBe(1);
});

it('has equal numbers in training and in an evaluation of the same images', async () => {
  const held = path.join(workspace, 'held');
  writeShapes(held, 8, 3);
  const labelled = { ...order().labelled, val: held };
  const short = { epochs: 2, eval_every: 2, warmup_epochs: 0 };
  const { best } = await finetune(order({ name: 'held', labelled, overrides: short }));
  const again = await evaluate({
    workspace,
    model: { reference: 'held' },
    data: held,
    device: 'cpu',
  });
  for (const score of ['mIoU', 'pixelAccuracy', 'loss'])
    expect(again.report.evaluation.values[score]).toBeCloseTo(best!.values[score]!, 6);
});

/** Masks of images, as `predict --format masks` writes them. */
async function segmentInto(name: string, images: string[], over: Partial<PredictOrder> = {}) {
  let folder: PredictionsFolder | undefined;
  const found = await predict({
    workspace,
    model: { reference: run },
    data: images,
    device: 'cpu',
    onStart: () => Promise.reject(new Error('classifies images')),
    async onDenseStart({ kind, task, model, classes }) {
      const head = { format: 'masks', kind, task, model, classes } as const;
      const names = new ImageNames(images, [true]);
      const out = path.join(workspace, name);
      folder = await PredictionsFolder.open({ folder: out, head, names, resume: true });
      return {
        isDone: (one) => folder!.isDone(one),
        add: async (one) => void (await folder!.add(one)),
      };
    },
    onRows: () => {},
    onLeftOut: () => {},
    ...over,
  });
  await folder?.end();
  return found;
}

it('predicts new images of any size with the numbers of evaluate', async () => {
  const others = path.join(workspace, 'wide');
  writeShapes(others, 6, 4);
  for (const [i, width] of [150, 17].entries()) {
    const big = { width, height: 45, channels: 1 as const };
    const [image, mask] = ['images', 'masks'].map((one) => path.join(others, one, `${i}.png`));
    const data = Uint8Array.from({ length: width * 45 }, (_, at) => (at % width > 60 ? 220 : 40));
    writeFileSync(image!, encode({ ...big, data }));
    writeFileSync(mask!, encode({ ...big, data: data.map((level) => (level > 100 ? 2 : 0)) }));
  }
  const images = path.join(others, 'images');
  writeFileSync(path.join(images, 'broken.png'), 'no image');
  expect(await segmentInto('masks', [images])).toMatchObject({ images: 6, leftOut: 1, earlier: 0 });
  rmSync(path.join(images, 'broken.png'));
  const judged = await evaluate({
    workspace,
    model: { reference: run },
    data: others,
    device: 'cpu',
    out: path.join(workspace, 'wide-results'),
  });
  const pixels = (file: string) => decode(readFileSync(file)).data as Uint8Array;
  let [right, all] = [0, 0];
  for (let i = 0; i < 6; i++) {
    const found = pixels(path.join(workspace, 'masks', 'masks', `${i}.png`));
    const truth = pixels(path.join(others, 'masks', `${i}.png`));
    expect(found).toHaveLength(truth.length);
    right += found.filter((value, at) => value === truth[at]).length;
    all += truth.length;
  }
  expect(right / all).toBe(judged.report.evaluation.values['pixelAccuracy']);
});

it('continues predictions that were interrupted', async () => {
  const images = path.join(data, 'images');
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => done >= 5 && stop.abort();
  const first = await segmentInto('some', [images], { signal: stop.signal, onProgress });
  expect(first).toMatchObject({ images: 5, stopped: true });
  const second = await segmentInto('some', [images]);
  expect(second).toMatchObject({ images: 27, earlier: 5, stopped: false });
  await segmentInto('whole', [images]);
  const [some, whole] = ['some', 'whole'].map((name) =>
    readFileSync(path.join(workspace, name, 'images.jsonl'), 'utf8'),
  );
  expect(some).toBe(whole);
});

it('starts from the network of another run, with UPerNet as with the linear head', async () => {
  const loaded: string[] = [];
  const { best } = await finetune(
    order({
      name: 'upernet',
      from: { reference: run },
      overrides: { head: 'upernet', auxiliary_channels: 16, epochs: 4, eval_every: 4 },
      onLoaded: (report) => loaded.push(...report.loaded),
    }),
  );
  expect(loaded).toContain('blocks.3.mlp.fc2.weight');
  expect(loaded.some((name) => name.startsWith('head.'))).toBe(false);
  expect(best?.values['mIoU']).toBeGreaterThan(0.2);
});

it.each([
  [run, 'safetensors', 'linear.safetensors'],
  [run, 'onnx', 'linear.onnx'],
  ['upernet', 'safetensors', 'upernet.safetensors'],
  ['upernet', 'onnx', 'upernet.onnx'],
  ['upernet', 'hf', 'upernet-hf'],
] as const)(
  'predicts and is judged as the run %s when it is exported as %s',
  async (name, format, target) => {
    const out = path.join(workspace, 'exports', target);
    const { largestDifference } = await exportNetwork({ workspace, run: name, format, out });
    expect(largestDifference).toBeLessThan(format === 'onnx' ? 1e-3 : 1e-9);
    const others = path.join(workspace, 'others-exported');
    writeShapes(others, 4, 2);
    const judged = (reference: string) =>
      evaluate({ workspace, model: { reference }, data: others, device: 'cpu' });
    const [before, after] = [await judged(name), await judged(out)];
    for (const score of ['mIoU', 'pixelAccuracy'])
      expect(after.report.evaluation.values[score]).toBeCloseTo(
        before.report.evaluation.values[score]!,
        format === 'onnx' ? 2 : 12,
      );
    const folder = `masks-${target}`;
    const model = { reference: out };
    await segmentInto(folder, [path.join(others, 'images')], { model });
    const { classes } = JSON.parse(
      readFileSync(path.join(workspace, folder, 'images.jsonl'), 'utf8').split('\n')[0]!,
    );
    expect(classes).toEqual([0, 1, 2].map((id) => ({ name: classes[id].name, id })));
  },
);

it('is described as what it is', async () => {
  const { model } = await openModel(run, { workspace });
  const card = modelCard(model);
  expect(card).toContain('pipeline_tag: image-segmentation');
  expect(card).toContain('gives each pixel of an image one of 3 classes');
  expect(card).not.toContain('without labels');
  expect(card).not.toContain('trained by ConMIM');
  expect(card).not.toContain('from transformers import');
});

it('trains on a share of the labels, and leaves out validation images that it has seen', async () => {
  const held = path.join(workspace, 'leaky');
  writeShapes(held, 6, 4);
  // A copy of a training image under another name.
  for (const part of ['images', 'masks'])
    copyFileSync(path.join(data, part, '3.png'), path.join(held, part, 'copy.png'));
  const warnings: string[] = [];
  const labelled = { ...order().labelled, val: held, fraction: 0.5, leaveOutLeaks: true };
  const { images, report } = await finetune(
    order({
      name: 'share',
      labelled,
      overrides: { epochs: 1, warmup_epochs: 0 },
      onEvent(event) {
        if (event.type === 'warning') warnings.push(event.message);
      },
    }),
  );
  expect(images).toBe(16);
  // Shapes may also look alike, which counts as a leak too.
  const found =
    /(\d) of 7 validation images also occur among the training images and are left out .*copy\.png/.exec(
      warnings.join('\n'),
    );
  expect(Number(found?.[1])).toBeGreaterThan(0);
  expect(report?.evaluation.images).toBe(7 - Number(found?.[1]));
});

it('reads masks as it is told, in training, when resumed and in evaluation', async () => {
  const dense = { zero: 'nothing' as const, ignore: [255, 3] };
  const labelled = { ...order().labelled, dense };
  const short = { epochs: 2, eval_every: 2, warmup_epochs: 0 };
  const { checkpoint, best } = await finetune(
    order({ name: 'objects', labelled, overrides: short }),
  );
  const { record } = await RunFolder.open(path.resolve(checkpoint, '../..'));
  expect(record.labelled?.dense).toEqual(dense);
  const judge = (options: Partial<EvaluateOrder>) =>
    evaluate({ workspace, model: { reference: 'objects' }, data, device: 'cpu', ...options });
  await expect(judge({})).rejects.toMatchObject({
    code: 'unknown-classes',
    details: { unknown: ['background'] },
  });
  const { report } = await judge({ dense });
  expect(Object.keys(report.evaluation.values)).toContain('mIoU');
  expect(best?.values['mIoU']).toBeGreaterThan(0);
  await expect(finetune(order({ labelled, task: 'classify' }))).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('--ignore has no effect'),
  });
});

it('reads a validation set whose masks lie in a folder of its own, with the options of the training set', async () => {
  const [apart, val, masks] = ['apart', 'apart/pictures', 'apart/drawn'].map((name) =>
    path.join(workspace, name),
  );
  writeShapes(apart!, 6, 5);
  renameSync(path.join(apart!, 'images'), val!);
  renameSync(path.join(apart!, 'masks'), masks!);
  const short = { epochs: 1, warmup_epochs: 0 };
  const labelled = { ...order().labelled, val: val!, dense: { ignore: [2, 255] } };
  await expect(finetune(order({ name: 'apart', labelled }))).rejects.toMatchObject({
    code: 'labels-unknown',
    message: expect.stringContaining(val!),
    advice: expect.stringContaining('--val-masks'),
  });
  const { report, checkpoint } = await finetune(
    order({
      name: 'apart',
      labelled: { ...labelled, denseVal: { masks: masks! } },
      overrides: short,
    }),
  );
  expect(report?.evaluation).toMatchObject({ images: 6, classes: ['background', '1'] });
  // A resumed run reads the same folders.
  const { record } = await RunFolder.open(path.resolve(checkpoint, '../..'));
  expect(record.labelled?.denseVal).toEqual({ masks });
});

it('says so when all validation images were left out as leaks', async () => {
  const labelled = { ...order().labelled, val: data, leaveOutLeaks: true };
  await expect(finetune(order({ name: 'leaks', labelled }))).rejects.toMatchObject({
    code: 'validation-empty',
    message: expect.stringContaining('all occur in the training set'),
  });
});

it('is compared with a note on validation images that were pre-trained on', async () => {
  const { fraction: _, fractionSeed: __, ...labelled } = order().labelled;
  const { epochs: _epochs, min_steps: _min, ...overrides } = order().overrides;
  const out = path.join(workspace, 'comparison-seen');
  const compared = () =>
    compare({
      workspace,
      task: 'segment',
      from: { reference: run },
      labelled,
      recipe: 'micro',
      overrides: { ...overrides, steps: 2, warmup_epochs: 0 },
      folder: workspace,
      device: 'cpu',
      fractions: [1],
      seeds: 1,
      modes: [{ kind: 'full' }],
      out,
    });
  const { warnings = [] } = await compared();
  expect(warnings.join('\n')).toMatch(/of 8 validation images also occur among the images pre-t/);
  expect(new Set(warnings).size).toBe(warnings.length);
  expect(readFileSync(path.join(out, 'compare.md'), 'utf8')).toContain(warnings[0]);
  // Nothing is trained again, and the note stays.
  expect((await compared()).warnings).toEqual(warnings);
});

it('is compared with a network from scratch by mean IoU over the same images, also in parts', async () => {
  const { fraction: _, fractionSeed: __, ...labelled } = order().labelled;
  const held = path.join(workspace, 'held-compared');
  writeShapes(held, 10, 6);
  const out = path.join(workspace, 'comparison');
  const { epochs: _epochs, min_steps: _min, ...overrides } = order().overrides;
  // With `zero`, the whole image is no longer learnt, so how masks are read makes a difference.
  const dense = { zero: 'nothing' as const };
  const stop = new AbortController();
  const compared = (changes: Partial<CompareOrder> = {}) =>
    compare({
      workspace,
      task: 'segment',
      from: { reference: run },
      labelled: { ...labelled, val: held, dense },
      recipe: 'micro',
      overrides: { ...overrides, steps: 3, warmup_epochs: 0 },
      folder: workspace,
      device: 'cpu',
      fractions: [1],
      seeds: 2,
      modes: [{ kind: 'full' }],
      out,
      ...changes,
    });
  const onCell = (_cell: unknown, done: number) => done === 1 && stop.abort();
  await expect(compared({ signal: stop.signal, onCell })).rejects.toThrow();
  await expect(compared({ labelled: { ...labelled, val: held } })).rejects.toMatchObject({
    code: 'comparison-changed',
  });
  let trained = 0;
  const { gains, cells, primary, images } = await compared({ onCell: () => trained++ });
  expect(trained).toBe(3);
  expect(primary.name).toBe('mIoU');
  expect(images).toBe(10);
  expect(cells).toHaveLength(4);
  const meanOf = (start: string) => {
    const some = cells.filter((cell) => cell.start === start);
    return some.reduce((sum, { values }) => sum + values['mIoU']! / some.length, 0);
  };
  expect(gains).toHaveLength(1);
  const { score } = gains[0]!;
  expect(score.value).toBeCloseTo(meanOf('pretrained') - meanOf('scratch'), 6);
  expect(score.low).toBeLessThan(score.value);
  expect(score.high).toBeGreaterThan(score.value);
});

it('refuses by name what such networks cannot do yet', async () => {
  const refused = (code: string) => expect.objectContaining({ code });
  const out = path.join(workspace, 'out');
  for (const format of ['timm', 'hf'] as const)
    await expect(exportNetwork({ workspace, run, format, out })).rejects.toEqual(
      refused('export-unsupported'),
    );
  await expect(segmentInto('refused', [data], { watch: true })).rejects.toEqual(refused('usage'));
  await expect(segmentInto('refused', [data], { threshold: 0.4 })).rejects.toEqual(
    refused('usage'),
  );
  await expect(
    evaluate({ workspace, model: { reference: run }, data, device: 'cpu', task: 'classify' }),
  ).rejects.toEqual(refused('usage'));
});

it('refuses boxes and outlines of objects, of which it would take every pixel for background', async () => {
  const file = path.join(workspace, 'objects.json');
  const images = [{ id: 1, file_name: '0.png' }];
  const annotations = [{ id: 1, image_id: 1, category_id: 1, bbox: [2, 2, 9, 9] }];
  const categories = [{ id: 1, name: '1' }];
  writeFileSync(file, JSON.stringify({ images, annotations, categories }));
  const refused = {
    code: 'labels-unknown',
    message: expect.stringContaining('(coco) are boxes or outlines of objects'),
    advice: expect.stringContaining('--masks DIR'),
  };
  const pictures = path.join(data, 'images');
  for (const dense of [
    { images: pictures },
    { images: pictures, format: 'coco' },
    { images: pictures, format: 'coco', masks: path.join(data, 'masks') },
  ] as const) {
    const labelled = { ...order().labelled, train: file, dense };
    await expect(finetune(order({ name: 'refused', labelled }))).rejects.toMatchObject(refused);
    const judged = { workspace, model: { reference: run }, data: file, dense, device: 'cpu' };
    await expect(evaluate(judged)).rejects.toMatchObject(refused);
  }
});
