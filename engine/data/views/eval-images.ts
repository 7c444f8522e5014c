/** Images as evaluation sees them: shorter side resized, centre cropped, no randomness. */

import type { Size } from '../pixels/decode.ts';
import type { Region, RgbImage } from '../pixels/image.ts';
import { resizeWindow } from '../pixels/resample/resample.ts';
import { isAboutImage, reasonOf } from '../sources/unreadable.ts';
import { type InputOptions, NetworkInput } from './network-input.ts';

export interface EvalOptions extends InputOptions {
  readonly imageSize: readonly [height: number, width: number];
}

/** Images that are decoded while another one is resized. */
const DECODED_AT_A_TIME = 2;

/** Side from which the authors take the whole of the shorter side, pixels. */
const LARGE = 384;

/** The authors' share of the shorter side: 0.875, and all of it from 384 pixels. */
export function authorsCropRatio([height, width]: readonly [number, number]): number {
  return Math.max(height, width) < LARGE ? 0.875 : 1;
}

/**
 * Resize so that the crop is `cropRatio` of the shorter side, bicubic, and cut out the centre. Only the
 * centre is computed: beside it a thin image would become immense.
 */
export function evalCrop(
  image: RgbImage,
  imageSize: readonly [number, number],
  cropRatio?: number,
): RgbImage {
  const { resized, window } = evalWindow(image, imageSize, cropRatio);
  return resizeWindow(image, resized.width, resized.height, 'bicubic', window);
}

/** The size to which a picture is resized, and the part of it that is cut out. */
export function evalWindow(
  image: Size,
  [height, width]: readonly [number, number],
  cropRatio = authorsCropRatio([height, width]),
): { readonly resized: Size; readonly window: Region } {
  const scale = Math.max(
    Math.trunc(height / cropRatio) / image.height,
    Math.trunc(width / cropRatio) / image.width,
  );
  const shorter = Math.min(image.width, image.height);
  const target = Math.round(shorter * scale);
  const along = (side: number) =>
    side === shorter ? target : Math.trunc((target * side) / shorter);
  const resized = {
    width: Math.max(width, along(image.width)),
    height: Math.max(height, along(image.height)),
  };
  const window = {
    top: roundHalfEven((resized.height - height) / 2),
    left: roundHalfEven((resized.width - width) / 2),
    height,
    width,
  };
  return { resized, window };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/**
 * @param onBroken told of each image that cannot be decoded, by its position; its place is zeros then
 * @returns [n, C, H, W], normalised
 * @throws StudioError `image-unreadable`, unless `onBroken` is given
 */
export async function loadEvalImages(
  samples: readonly { readonly path: string }[],
  options: EvalOptions,
  onBroken?: (position: number, reason: string) => void,
): Promise<Float32Array> {
  const [height, width] = options.imageSize;
  const input = new NetworkInput(options);
  const size = input.channels * height * width;
  const out = new Float32Array(samples.length * size);
  let next = 0;
  const work = async () => {
    for (let i = next++; i < samples.length; i = next++)
      try {
        const image = await input.decode(samples[i]!.path);
        const { resized, window } = evalWindow(image, options.imageSize);
        const crop = input.resize(image, resized, 'bicubic', window);
        input.write(crop, out.subarray(i * size, (i + 1) * size));
      } catch (error) {
        if (onBroken === undefined || !isAboutImage(error)) throw error;
        onBroken(i, reasonOf(error));
      }
  };
  await Promise.all(Array.from({ length: DECODED_AT_A_TIME }, work));
  return out;
}
