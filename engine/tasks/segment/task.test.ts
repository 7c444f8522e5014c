import { expect, it } from 'vitest';
import { parseSegmentRecipe } from '../../contract/segment-recipe.ts';
import { segmentTask } from './task.ts';

it.each([
  ['upernet', 4, ['micro-batches']],
  ['upernet', 8, []],
  ['upernet', null, []],
  ['linear', 4, []],
] as const)('with %s and passes of %s of 8 images warns of %s', (head, micro_batch, codes) => {
  const recipe = parseSegmentRecipe({ head, batch_size: 8, micro_batch });
  expect(segmentTask.passNotices(recipe).map(({ code }) => code)).toEqual(codes);
});
