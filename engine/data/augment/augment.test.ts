import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../formats/safetensors.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { decodeImage } from '../decode.ts';
import { evalCrop } from '../eval-images.ts';
import type { RgbImage } from '../image.ts';
import { gaussianBlur } from './blur.ts';
import * as colour from './colour.ts';
import { normalisationTables, writeNormalised } from './normalise.ts';
import { mirror, resize } from './resample.ts';

const NAMES = ['gradient_rgb', 'checker_rgb', 'strokes_gray', 'alpha_rgba', 'palette', 'rgb16'];
const folder = packagedFile('assets/fixtures');
let ops: { tensors: ReadonlyMap<string, HostTensor>; metadata: Record<string, string> };
let evals: typeof ops;

beforeAll(async () => {
  ops = await readSafetensors(path.join(folder, 'image_ops_uint8.safetensors'));
  evals = await readSafetensors(path.join(folder, 'image_eval.safetensors'));
});

const source = (name: string) => decodeImage(path.join(folder, `image_${name}.png`));
const stored = (name: string) => {
  const tensor = ops.tensors.get(name);
  if (!tensor) throw new Error(`no ${name}`);
  return tensor;
};
const input = (name: string): RgbImage => ({
  width: 64,
  height: 64,
  data: Uint8Array.from(stored(`${name}.eval_uint8`).data as Uint8Array),
});

function differences(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let count = 0;
  for (let i = 0; i < want.length; i++) if (got[i] !== want[i]) count++;
  return count;
}

const JITTER = [
  (image: RgbImage) => colour.adjustBrightness(image, 1.3),
  (image: RgbImage) => colour.adjustContrast(image, 0.7),
  (image: RgbImage) => colour.adjustSaturation(image, 1.2),
  (image: RgbImage) => colour.adjustHue(image, 0.07),
];
const jitter = (order: number[]) => (image: RgbImage) => {
  for (const step of order) JITTER[step]!(image);
};
const OPS: Record<string, (image: RgbImage) => void> = {
  'brightness_1.3': JITTER[0]!,
  'contrast_0.7': JITTER[1]!,
  'saturation_1.2': JITTER[2]!,
  'hue_0.07': JITTER[3]!,
  'hue_-0.1': (image) => colour.adjustHue(image, -0.1),
  grayscale: colour.toGrey,
  solarize_128: (image) => colour.solarize(image),
  'blur_1.5': (image) => gaussianBlur(image, 1.5),
  'blur_0.4': (image) => gaussianBlur(image, 0.4),
  jitter_order_0123: jitter([0, 1, 2, 3]),
  jitter_order_3102: jitter([3, 1, 0, 2]),
  hard_gray_chain: (image) => {
    jitter([0, 1, 2, 3])(image);
    colour.toGrey(image);
    gaussianBlur(image, 1.5);
    colour.solarize(image);
  },
};

describe.each(NAMES)('%s', (name) => {
  it('is decoded by the written rules', async () => {
    const image = await source(name);
    const head = stored(`${name}.decoded_head`).data as Uint8Array;
    const got = Array.from({ length: 4 }, (_, y) => [
      ...image.data.subarray(y * image.width * 3, (y * image.width + 6) * 3),
    ]).flat();
    expect(differences(got, head)).toBe(0);
  });

  it('is resized and cropped for evaluation, bit for bit', async () => {
    const crop = evalCrop(await source(name), [64, 64]);
    expect(differences(crop.data, stored(`${name}.eval_uint8`).data as Uint8Array)).toBe(0);
  });

  it.each(Object.keys(OPS))('%s bit for bit', (op) => {
    const image = input(name);
    OPS[op]!(image);
    expect(differences(image.data, stored(`${name}.${op}`).data as Uint8Array)).toBe(0);
  });

  it('is mirrored, cropped and resized bit for bit', async () => {
    const images = JSON.parse(ops.metadata['images']!) as Record<
      string,
      { crop_top_left_height_width: [number, number, number, number] }
    >;
    const [top, left, height, width] = images[name]!.crop_top_left_height_width;
    const region = { top, left, height, width };
    const image = await source(name);
    const bilinear = resize(image, 64, 64, 'bilinear', region);
    const want = (op: string) => stored(`${name}.${op}`).data as Uint8Array;
    expect(differences(bilinear.data, want('crop_resize_bilinear'))).toBe(0);
    mirror(image);
    const bicubic = resize(image, 64, 64, 'bicubic', region);
    expect(differences(bicubic.data, want('flip_crop_resize_bicubic'))).toBe(0);
  });

  it('is normalised as stored', () => {
    const tensor = evals.tensors.get(`${name}.eval`)!;
    const mean = JSON.parse(evals.metadata['mean']!) as number[];
    const std = JSON.parse(evals.metadata['std']!) as number[];
    const out = new Float32Array(3 * 64 * 64);
    writeNormalised(input(name), normalisationTables(mean, std), out);
    const want = tensor.data as Float32Array;
    const worst = out.reduce((most, value, i) => Math.max(most, Math.abs(value - want[i]!)), 0);
    expect(worst).toBeLessThan(1e-6);
  });
});
