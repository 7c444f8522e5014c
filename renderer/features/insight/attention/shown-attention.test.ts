import { expect, it } from 'vitest';
import { attentionNpy, shownAttention, shownMap } from './shown-attention.ts';

const base64 = (numbers: number[]) =>
  Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const found = shownAttention({
  images: ['a.png', 'b.png'],
  networks: [
    {
      label: 'teacher',
      origin: 'teacher',
      untrained: false,
      blocks: 2,
      heads: 2,
      rows: 1,
      cols: 2,
      pictures: ['data:a', 'data:b'],
      attention: base64(range(16)),
      rollout: base64(range(8)),
    },
  ],
  notes: [],
});
const network = found.networks[0]!;
const view = { block: 2, head: 1, rollout: false, opacity: 60 } as const;

it('shows the map of an image, block and head', () => {
  const map = shownMap(network, 1, view)!;
  expect([...map.values]).toEqual([14, 15]);
  expect(map.what).toBe('block 2, head 2');
});

it('shows rollout instead, and the last block of a network with fewer', () => {
  const map = shownMap(network, 0, { ...view, block: 9, rollout: true })!;
  expect([...map.values]).toEqual([2, 3]);
  expect(map.what).toBe('block 2, rollout');
});

it('has no map of a head that a network lacks', () => {
  expect(shownMap(network, 0, { ...view, head: 2 })).toBeUndefined();
});

it('gives all maps as a NumPy file', async () => {
  const bytes = Buffer.from(await attentionNpy(network, 'attention').arrayBuffer());
  expect(bytes.toString('latin1', 1, 6)).toBe('NUMPY');
  expect(bytes.toString('latin1')).toContain("'shape': (2, 2, 2, 1, 2)");
  expect(bytes.length % 64).toBe(0);
  expect(bytes.readFloatLE(bytes.length - 4)).toBe(15);
});
