/** Checks of decoding and augmentation by stored pixels; the host computes them for any device. */
import path from 'node:path';
import { decodeImage } from '../data/pixels/decode.ts';
import type { RgbImage } from '../data/pixels/image.ts';
import { mirror, resize } from '../data/pixels/resample/resample.ts';
import { gaussianBlur } from '../data/views/augment/blur.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  solarize,
  toGrey,
} from '../data/views/augment/colour.ts';
import { normalisationTables, writeNormalised } from '../data/views/augment/normalise.ts';
import { evalCrop } from '../data/views/eval-images.ts';
import { type Checker, maxError } from './checks.ts';
import { type Fixture, fixtureMetadata, tensorOf } from './fixture-file.ts';

interface ImageFacts {
  readonly crop_top_left_height_width: readonly [number, number, number, number];
}

const JITTER: readonly ((image: RgbImage) => void)[] = [
  (image) => adjustBrightness(image, 1.3),
  (image) => adjustContrast(image, 0.7),
  (image) => adjustSaturation(image, 1.2),
  (image) => adjustHue(image, 0.07),
];

function inOrder(...steps: ((image: RgbImage) => void)[]): (image: RgbImage) => void {
  return (image) => {
    for (const step of steps) step(image);
  };
}

const jitter = (order: readonly number[]) => inOrder(...order.map((step) => JITTER[step]!));
const blur = (radius: number) => (image: RgbImage) => gaussianBlur(image, radius);

/** Operations on the 8-bit evaluation crop, by the name of the stored result. */
const OPERATIONS: Readonly<Record<string, (image: RgbImage) => void>> = {
  'brightness_1.3': JITTER[0]!,
  'contrast_0.7': JITTER[1]!,
  'saturation_1.2': JITTER[2]!,
  'hue_0.07': JITTER[3]!,
  'hue_-0.1': (image) => adjustHue(image, -0.1),
  grayscale: toGrey,
  solarize_128: (image) => solarize(image),
  'blur_1.5': blur(1.5),
  'blur_0.4': blur(0.4),
  jitter_order_0123: jitter([0, 1, 2, 3]),
  jitter_order_3102: jitter([3, 1, 0, 2]),
  hard_gray_chain: inOrder(jitter([0, 1, 2, 3]), toGrey, blur(1.5), (image) => solarize(image)),
};

/** Share of 8-bit values that differ; the limit is zero. */
function shareDifferent(got: ArrayLike<number>, want: ArrayLike<number | bigint>): number {
  if (got.length !== want.length) return 1;
  let different = 0;
  for (let i = 0; i < want.length; i++) if (got[i] !== Number(want[i])) different++;
  return different / want.length;
}

const sourceOf = (folder: string, name: string) =>
  decodeImage(path.join(folder, `image_${name}.png`));

/** `image_ops_uint8`: check decoding, resizing and every colour operation. */
export async function checkImageOperations(
  fixture: Fixture,
  folder: string,
  checker: Checker,
): Promise<void> {
  for (const [name, facts] of Object.entries(imagesOf(fixture))) {
    const stored = (what: string) => tensorOf(fixture, `${name}.${what}`);
    const compare = (what: string, image: RgbImage) =>
      checker.group(what, shareDifferent(image.data, stored(what).data), 0);
    const image = await sourceOf(folder, name);
    checker.group('decoded_head', shareDifferent(head(image), stored('decoded_head').data), 0);
    compare('eval_uint8', evalCrop(image, [64, 64]));
    for (const [what, operate] of Object.entries(OPERATIONS)) {
      const input = Uint8Array.from(stored('eval_uint8').data, Number);
      const changed = { width: 64, height: 64, data: input };
      operate(changed);
      compare(what, changed);
    }
    const [top, left, height, width] = facts.crop_top_left_height_width;
    const region = { top, left, height, width };
    compare('crop_resize_bilinear', resize(image, 64, 64, 'bilinear', region));
    mirror(image);
    compare('flip_crop_resize_bicubic', resize(image, 64, 64, 'bicubic', region));
  }
  checker.finish();
}

/** `image_eval`: check the network's inputs, as floats. */
export async function checkImageInputs(
  fixture: Fixture,
  folder: string,
  checker: Checker,
): Promise<void> {
  const tables = normalisationTables(
    fixtureMetadata<number[]>(fixture, 'mean'),
    fixtureMetadata<number[]>(fixture, 'std'),
  );
  const floats = (image: RgbImage) => {
    const out = new Float32Array(3 * image.width * image.height);
    writeNormalised(image, tables, out);
    return out;
  };
  for (const name of Object.keys(imagesOf(fixture))) {
    const crop = evalCrop(await sourceOf(folder, name), [64, 64]);
    checker.group('eval', maxError(floats(crop), tensorOf(fixture, `${name}.eval`).data), 1e-6);
    inOrder(jitter([0, 1, 2, 3]), blur(1.5), (image) => solarize(image))(crop);
    const chain = tensorOf(fixture, `${name}.hard_color_chain`).data;
    checker.group('hard_color_chain', maxError(floats(crop), chain), 1e-6);
  }
  checker.finish();
}

function imagesOf(fixture: Fixture): Record<string, ImageFacts> {
  return fixtureMetadata<Record<string, ImageFacts>>(fixture, 'images');
}

/** The first 4 rows of 6 columns. */
function head({ width, data }: RgbImage): number[] {
  return [0, 1, 2, 3].flatMap((y) => [...data.subarray(y * width * 3, (y * width + 6) * 3)]);
}
