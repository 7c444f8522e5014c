import { expect, it } from 'vitest';
import type { Model } from '../model.ts';
import { rangeField, scalingText } from './scaling.ts';

const textOf = (valueRange: Model['valueRange']) =>
  scalingText({ vit: { channels: 1 }, valueRange } as Model);

it('says which of the ranges of a file is meant', () => {
  expect(textOf('metadata')).toMatch(
    /the range that each file states to be shown, such as the win/,
  );
  expect(textOf('metadata:3')).toMatch(
    /of range 3 of those that each file states to be shown, such/,
  );
  expect(textOf('type')).toMatch(/range of their number type/);
  const model = { vit: { channels: 1 }, valueRange: 'metadata:3' } as unknown as Model;
  expect(rangeField(model)).toEqual({ value_range: 'metadata:3' });
});
