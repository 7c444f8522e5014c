/** Tones that depend on the histogram of a channel, as in Pillow's `ImageOps`. */
import type { RgbImage } from '../../pixels/image.ts';
import { type Tone, UNCHANGED } from './colour.ts';

/** Stretch each channel so that its darkest value becomes 0 and its lightest 255. */
export function autoContrast(image: RgbImage): void {
  changeChannels(image, stretchTone);
}

export function equalize(image: RgbImage): void {
  changeChannels(image, equalTone);
}

/** Apply a tone per channel, in place. @param toneOf tone of a histogram of 256 counts */
function changeChannels({ data }: RgbImage, toneOf: (counts: Uint32Array) => Tone): void {
  for (let channel = 0; channel < 3; channel++) {
    const counts = new Uint32Array(256);
    for (let i = channel; i < data.length; i += 3) counts[data[i]!]!++;
    const tone = toneOf(counts);
    for (let i = channel; i < data.length; i += 3) data[i] = tone[data[i]!]!;
  }
}

function stretchTone(counts: Uint32Array): Tone {
  const low = counts.findIndex((count) => count > 0);
  const high = counts.findLastIndex((count) => count > 0);
  if (high <= low) return UNCHANGED;
  const scale = 255 / (high - low);
  const offset = -low * scale;
  return UNCHANGED.map((value) => {
    const stretched = Math.trunc(value * scale + offset);
    return stretched < 0 ? 0 : stretched > 255 ? 255 : stretched;
  });
}

function equalTone(counts: Uint32Array): Tone {
  const used = counts.filter((count) => count > 0);
  const all = used.reduce((sum, count) => sum + count, 0);
  const step = Math.floor((all - used.at(-1)!) / 255);
  if (used.length <= 1 || step === 0) return UNCHANGED;
  let below = Math.floor(step / 2);
  return UNCHANGED.map((value) => {
    const level = Math.min(255, Math.floor(below / step));
    below += counts[value]!;
    return level;
  });
}
