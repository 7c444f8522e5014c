/** Against values of NumPy (bench/interop/attention_cases.py). */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readSafetensors } from '../../formats/safetensors.ts';
import type { VitConfig } from '../../nn/vit.ts';
import { attentionMaps } from './attention-maps.ts';

const stored = await readSafetensors(
  fileURLToPath(new URL('./testing/attention.safetensors', import.meta.url)),
);
const vit: VitConfig = {
  channels: 3,
  imageSize: [12, 16],
  patchSize: 4,
  embedDim: 12,
  depth: 3,
  heads: 3,
  mlpRatio: 2,
  layerScale: 0.7,
  relPos: 'perBlock',
  absPos: false,
};
const tensors = new Map(
  [...stored.tensors]
    .filter(([name]) => name.startsWith('network.'))
    .map(([name, tensor]) => [name.slice('network.'.length), tensor]),
);
const valuesOf = (name: string) => stored.tensors.get(name)!.data as Float32Array;
const pixels = valuesOf('images');
const imageSize = 3 * 12 * 16;

function largestDifference(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}

it.each(['reference', 'cpu'])('are those of NumPy on %s', async (device) => {
  const maps = await attentionMaps({
    vit,
    tensors,
    device,
    images: 2,
    load: async (start, end) => pixels.slice(start * imageSize, end * imageSize),
  });
  expect(maps).toMatchObject({ images: 2, blocks: 3, heads: 3, rows: 3, cols: 4 });
  expect(largestDifference(maps.attention, valuesOf('attention'))).toBeLessThan(2e-6);
  expect(largestDifference(maps.rollout, valuesOf('rollout'))).toBeLessThan(2e-6);
  expect(maps.pixels).toEqual(pixels);
});

it('do not depend on what fills a pass', async () => {
  const [one, five] = await Promise.all(
    [1, 5].map((images) =>
      attentionMaps({
        vit,
        tensors,
        images,
        load: async (start, end) =>
          Float32Array.from(
            { length: (end - start) * imageSize },
            (_, i) => pixels[i % imageSize]!,
          ),
      }),
    ),
  );
  const size = one!.attention.length;
  for (let i = 0; i < 5; i++)
    expect(
      largestDifference(five!.attention.slice(i * size, (i + 1) * size), one!.attention),
    ).toBeLessThan(1e-6);
});
