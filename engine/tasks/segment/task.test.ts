import { expect, it } from 'vitest';
import { parseSegmentRecipe } from '../../contract/segment-recipe.ts';
import type { Model } from '../../models/model.ts';
import { segmenterConfig } from '../../nn/segmenter-config.ts';
import { gridOf } from '../../nn/vit.ts';
import type { DenseData } from '../shared/dense-data.ts';
import { initialSegmenter } from './segment-learner.ts';
import { segmentation } from './segmentation.ts';
import { segmentTask } from './task.ts';

const SMALL = { patch_size: 16, embed_dim: 16, depth: 2, heads: 2 };

it.each([
  ['upernet', 4, ['micro-batches']],
  ['upernet', 8, []],
  ['upernet', null, []],
  ['linear', 4, []],
] as const)('with %s and passes of %s of 8 images warns of %s', (head, micro_batch, codes) => {
  const recipe = parseSegmentRecipe({ head, batch_size: 8, micro_batch });
  expect(segmentTask.passNotices(recipe).map(({ code }) => code)).toEqual(codes);
});

it.each([{ rel_pos: 'shared' }, { rel_pos: 'none', abs_pos: true }] as const)(
  'starts at 512 pixels from a network of fewer, with %j resized',
  (positions) => {
    const small = parseSegmentRecipe({ ...SMALL, ...positions, image_size: 64 });
    const large = parseSegmentRecipe({ ...SMALL, ...positions, image_size: 512 });
    const { vit } = segmenterConfig(small, 3);
    const model = { vit, tensors: initialSegmenter(small, 3), origin: 'run' } as unknown as Model;
    let resized: readonly string[] = [];
    const { tensors } = segmentation.start(model, (report) => {
      resized = report.resized;
    });
    const data = { classes: ['a', 'b', 'c'] } as unknown as DenseData;
    const started = tensors(large, data);
    const wanted = initialSegmenter(large, 3);
    expect(resized).toHaveLength(1);
    for (const [name, { shape }] of wanted) expect(started.get(name)?.shape, name).toEqual(shape);
    expect(gridOf(segmenterConfig(large, 3).vit)).toMatchObject({ rows: 32, cols: 32 });
  },
);
