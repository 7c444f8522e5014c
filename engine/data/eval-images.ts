/** Images as evaluation sees them: shorter side resized, centre cropped, no randomness. */
import { normalisationTables, writeNormalised } from './augment/normalise.ts';
import { resizeWindow } from './augment/resample.ts';
import { Resampler } from './augment/resampler.ts';
import { decodeImage } from './decode.ts';
import type { RgbImage } from './image.ts';
import { isAboutImage, reasonOf } from './unreadable.ts';

export interface EvalOptions {
  readonly imageSize: readonly [height: number, width: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Images that are decoded while another one is resized. */
const DECODED_AT_A_TIME = 2;

type Resize = typeof resizeWindow;

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
  [height, width]: readonly [number, number],
  cropRatio = authorsCropRatio([height, width]),
  resizePart: Resize = resizeWindow,
): RgbImage {
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
  return resizePart(image, resized.width, resized.height, 'bicubic', {
    top: roundHalfEven((resized.height - height) / 2),
    left: roundHalfEven((resized.width - width) / 2),
    height,
    width,
  });
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/**
 * @param onBroken told of each image that cannot be decoded, by its position; its place is zeros then
 * @returns [n, 3, H, W], normalised
 * @throws StudioError `image-unreadable`, unless `onBroken` is given
 */
export async function loadEvalImages(
  samples: readonly { readonly path: string }[],
  options: EvalOptions,
  onBroken?: (position: number, reason: string) => void,
): Promise<Float32Array> {
  const [height, width] = options.imageSize;
  const tables = normalisationTables(options.mean, options.std);
  const size = 3 * height * width;
  const out = new Float32Array(samples.length * size);
  const resampler = new Resampler();
  const resizePart: Resize = (...args) => resampler.resize(...args);
  let next = 0;
  const work = async () => {
    for (let i = next++; i < samples.length; i = next++)
      try {
        const image = await decodeImage(samples[i]!.path);
        const crop = evalCrop(image, options.imageSize, undefined, resizePart);
        writeNormalised(crop, tables, out.subarray(i * size, (i + 1) * size));
      } catch (error) {
        if (onBroken === undefined || !isAboutImage(error)) throw error;
        onBroken(i, reasonOf(error));
      }
  };
  await Promise.all(Array.from({ length: DECODED_AT_A_TIME }, work));
  return out;
}
