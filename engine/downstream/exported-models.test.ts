/** Every kind of export of a classifier predicts and is evaluated as the classifier itself. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PredictionRow } from '../contract/predictions-text.ts';
import { encodeOnnxModel } from '../formats/onnx/model.ts';
import { NETWORK_FORMATS } from '../models/export/export-network.ts';
import { exportOnnx } from '../models/export/onnx.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { importModel } from '../models/import/import-model.ts';
import type { Model } from '../models/model.ts';
import { RandomStream } from '../random/philox.ts';
import { evaluate } from './evaluate.ts';
import { predict } from './predict.ts';

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
const one = tinyModel({ pooling: 'mean' });
const { classes } = one.head!;
const several: Model = {
  ...one,
  head: { ...one.head!, task: 'multilabel', threshold: 0.2 },
};

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-exported-'));
  const rows = ['path,label'];
  for (let i = 0; i < 12; i++) {
    const random = new RandomStream(5, 'test', i);
    const data = Buffer.from(Array.from({ length: 20 * 18 * 3 }, () => random.integer(256)));
    const name = classes[i % 3]!;
    mkdirSync(at('images', name), { recursive: true });
    const file = at('images', name, `${i}.png`);
    await sharp(data, { raw: { width: 20, height: 18, channels: 3 } })
      .png()
      .toFile(file);
    rows.push(`${file},${name}`);
  }
  writeFileSync(at('list.csv'), rows.join('\n'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function used(reference: string, data: string) {
  const rows: PredictionRow[] = [];
  const order = { workspace: root, model: { reference }, device: 'cpu' };
  await predict({
    ...order,
    data: [at('images')],
    onStart: () => {},
    onDenseStart: async () => ({ isDone: () => false, add: async () => {} }),
    onLeftOut: () => {},
    onRows: (some) => void rows.push(...some),
  });
  const { report } = await evaluate({ ...order, data });
  return { rows, report };
}

describe.each([
  ['one class an image', one, () => at('images')],
  ['several labels', several, () => at('list.csv')],
] as const)('a classifier with %s', (kind, model, data) => {
  const target = (name: string) => at(`${kind} ${name}`);

  it.each(Object.entries(NETWORK_FORMATS))('exported as %s', async (format, write) => {
    const exported = target(format === 'onnx' ? 'network.onnx' : format);
    const own = target('own.safetensors');
    await NETWORK_FORMATS.safetensors(own, model);
    await write(exported, model);
    const [expected, found] = [await used(own, data()), await used(exported, data())];
    expect(found.rows).toHaveLength(12);
    for (const [i, row] of found.rows.entries()) {
      const { probabilities, predicted, path: image } = expected.rows[i]!;
      expect([row.path, row.predicted]).toEqual([image, predicted]);
      for (const [c, share] of row.probabilities.entries())
        expect(share).toBeCloseTo(probabilities[c]!, 5);
    }
    const [a, b] = [found.report.evaluation.values, expected.report.evaluation.values];
    expect(Object.keys(a)).toEqual(Object.keys(b));
    for (const [name, value] of Object.entries(a)) expect(value).toBeCloseTo(b[name]!, 5);
  });

  it('keeps what a label is predicted from when it is imported', async () => {
    for (const format of ['timm', 'hf', 'safetensors'] as const) {
      await NETWORK_FORMATS[format](target(`${format} once`), model);
      const { head } = await importModel(target(`${format} once`), target(`${format} imported`));
      expect(head?.threshold).toBe(model.head?.threshold);
    }
  });
});

describe('an ONNX file', () => {
  const reference = () => at('other.onnx');

  it('of another program is refused with what is missing, and the next step', async () => {
    const foreign = (metadata: Record<string, string>, input = 'input', outputs = ['output']) =>
      writeFileSync(
        reference(),
        encodeOnnxModel({
          name: 'foreign',
          opset: 17,
          nodes: outputs.map((name) => ({ op: 'Identity', inputs: [input], outputs: [name] })),
          inputs: [{ name: input, type: 'f32', shape: [1, 3, 16, 16] }],
          outputs: outputs.map((name) => ({ name, type: 'f32', shape: [1, 3, 16, 16] })),
          initializers: [],
          metadata,
        }),
      );
    foreign({ mean: '[0.5,0.5,0.5]' });
    await expect(used(reference(), at('images'))).rejects.toMatchObject({
      code: 'onnx-unusable',
      message: expect.stringContaining('does not tell image_size, std, classes'),
      advice: expect.stringContaining('Export it here again'),
      details: { missing: ['image_size', 'std', 'classes'] },
    });
    const told = {
      mean: '[0.5,0.5,0.5]',
      std: '[1,1,1]',
      image_size: '[16,16]',
      classes: '["a","b"]',
    };
    foreign(told);
    await expect(used(reference(), at('images'))).rejects.toMatchObject({
      code: 'onnx-unusable',
      message: expect.stringContaining('has no input pixel_values and no output logits'),
    });
    const instances = { ...told, task: 'instances' };
    foreign(instances);
    await expect(used(reference(), at('images'))).rejects.toMatchObject({
      code: 'onnx-unusable',
      message: expect.stringContaining('no output logits and no output pred_boxes and no output'),
    });
    foreign(instances, 'pixel_values', ['logits', 'pred_boxes', 'pred_masks']);
    await expect(used(reference(), at('images'))).rejects.toMatchObject({
      code: 'onnx-unusable',
      message: expect.stringContaining('gives logits of 1 x 3 x 16 x 16 where'),
    });
    writeFileSync(reference(), 'no network');
    await expect(used(reference(), at('images'))).rejects.toMatchObject({ code: 'onnx-unusable' });
  });

  it('of a pre-trained network has no classes, and of files there are no checkpoints', async () => {
    await exportOnnx(at('trunk.onnx'), tinyModel());
    await expect(used(at('trunk.onnx'), at('images'))).rejects.toMatchObject({
      code: 'model-without-classifier',
    });
    const model = { reference: at('trunk.onnx'), step: 5 };
    const order = { workspace: root, device: 'cpu', model, data: at('images') };
    await expect(evaluate(order)).rejects.toMatchObject({ code: 'usage' });
  });
});
