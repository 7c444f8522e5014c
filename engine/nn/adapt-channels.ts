/**
 * The patch embedding of a network for images of another number of channels.
 *
 * @source timm 1.0, models/_manipulate.py, `adapt_input_conv`: for one channel the sum over all; for
 *   others the channels again and again, scaled so that equal channels give the same patch
 */
import type { HostTensor } from '../tensor/host-tensor.ts';

/** Of these, the channels can be repeated; those of other numbers have meanings of their own. */
const REPEATED: ReadonlySet<number> = new Set([1, 3]);

/**
 * @param weight [E, I, P, P]
 * @returns [E, C, P, P]; undefined where the channels do not tell what others are to be
 */
export function adaptChannels(
  weight: HostTensor<'f32'>,
  channels: number,
): HostTensor<'f32'> | undefined {
  const [E, I, ...sides] = weight.shape as [number, number, number, number];
  if (channels === I) return weight;
  if (channels !== 1 && !REPEATED.has(I)) return undefined;
  const plane = sides[0] * sides[1];
  const data = new Float32Array(E * channels * plane);
  const factor = Math.fround(I / channels);
  for (let e = 0; e < E; e++)
    for (let channel = 0; channel < channels; channel++)
      for (let i = 0; i < plane; i++) {
        const of = (source: number) => weight.data[(e * I + source) * plane + i]!;
        data[(e * channels + channel) * plane + i] =
          channels === 1 ? sumOf(I, of) : of(channel % I) * factor;
      }
  return { dtype: 'f32', shape: [E, channels, ...sides], data };
}

function sumOf(count: number, of: (source: number) => number): number {
  let sum = 0;
  for (let source = 0; source < count; source++) sum += of(source);
  return sum;
}
