import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elementCount, type HostTensor, type NamedTensors } from '../tensor/host-tensor.ts';
import {
  blockCount,
  fromHuggingFaceNames,
  fromTimmNames,
  toHuggingFaceNames,
  toTimmNames,
} from './beit-names.ts';

type Shapes = Record<string, number[]>;
type Case = Record<'timm' | 'huggingFaceFiles' | 'huggingFaceModules', Shapes>;

/** Names and shapes of networks that timm and transformers built themselves. */
const real = JSON.parse(
  readFileSync(new URL('../../assets/fixtures/beit_names.json', import.meta.url), 'utf8'),
) as Record<'shared' | 'mean' | 'cls', Case>;
const cases = ['shared', 'mean', 'cls'] as const;

/** Tensors of those shapes in which every number is another. */
function filled(shapes: Shapes): Map<string, HostTensor> {
  let next = 0;
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const data = Float32Array.from({ length: elementCount(shape) }, () => next++);
      return [name, { dtype: 'f32', shape, data }];
    }),
  );
}

const shapesOf = (tensors: NamedTensors) =>
  Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));

/** Without regard to order. */
const sorted = (tensors: NamedTensors) => [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));

const conmim = (name: (typeof cases)[number]) =>
  fromHuggingFaceNames(filled(real[name].huggingFaceFiles)).tensors;

describe.each(cases)('the network "%s"', (name) => {
  it('gets exactly the names and shapes that timm expects', () => {
    expect(shapesOf(toTimmNames(conmim(name)).tensors)).toEqual(real[name].timm);
  });

  it('gets exactly the names and shapes that transformers writes', () => {
    const { tensors, dropped } = toHuggingFaceNames(conmim(name));
    expect(shapesOf(tensors)).toEqual(real[name].huggingFaceFiles);
    expect(dropped).toEqual([]);
  });

  it('keeps every number on the way to Hugging Face and back', () => {
    const before = conmim(name);
    const { tensors, dropped } = fromHuggingFaceNames(toHuggingFaceNames(before).tensors);
    expect(dropped).toEqual([]);
    expect(sorted(tensors)).toEqual(sorted(before));
  });

  it('is read by the names of the modules as by those of the files', () => {
    const { tensors, dropped } = fromHuggingFaceNames(filled(real[name].huggingFaceModules));
    expect(dropped).toEqual([]);
    expect(sorted(tensors).map(([each, { shape }]) => [each, shape])).toEqual(
      sorted(conmim(name)).map(([each, { shape }]) => [each, shape]),
    );
  });

  it('keeps every number from timm', () => {
    const before = filled(real[name].timm);
    const { tensors, dropped } = fromTimmNames(before);
    expect(dropped).toEqual([]);
    expect(sorted(tensors)).toEqual(sorted(before));
  });
});

describe('tensor names', () => {
  it('put the rows of queries, keys and values in this order', () => {
    const weight = {
      dtype: 'f32',
      shape: [3, 2],
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
    } as const;
    const { tensors } = toHuggingFaceNames(new Map([['blocks.3.attn.qkv.weight', weight]]));
    const at = 'encoder.layer.3.attention.attention';
    expect([...tensors].map(([name, { shape, data }]) => [name, shape, [...data]])).toEqual([
      [`${at}.query.weight`, [1, 2], [1, 2]],
      [`${at}.key.weight`, [1, 2], [3, 4]],
      [`${at}.value.weight`, [1, 2], [5, 6]],
    ]);
  });

  it('clone a shared table of relative positions for every block in timm', () => {
    const { tensors } = toTimmNames(conmim('shared'));
    const table = conmim('shared').get('rel_pos_bias.relative_position_bias_table')!;
    expect(blockCount(tensors)).toBe(2);
    for (const block of [0, 1])
      expect(tensors.get(`blocks.${block}.attn.relative_position_bias_table`)).toEqual(table);
  });

  it('leave out what is not the network, and report it', () => {
    const extra = filled({
      mask_token: [1, 1, 8],
      'projectors.0.weight': [2, 2],
      'projectors.1.num_batches_tracked': [],
      'lm_head.weight': [4, 8],
      'rel_pos_bias.relative_position_index': [5, 5],
    });
    const given = new Map([...conmim('shared'), ...extra]);
    expect(toTimmNames(given).dropped).toEqual([...extra.keys()]);
    expect(toHuggingFaceNames(given).dropped).toEqual([...extra.keys()]);
    expect(fromHuggingFaceNames(filled({ 'lm_head.bias': [4] })).dropped).toEqual(['lm_head.bias']);
  });
});
