import { expect, it } from 'vitest';
import { matchesWords } from './search-text.ts';

it.each([
  ['Gradient clipping clip_grad', 'gradient clipping', true],
  ['Gradient clipping clip_grad', 'clip_grad', true],
  ['Gradient clipping clip_grad', ' CLIP-GRAD ', true],
  ['Gradient clipping clip_grad', 'clipping  gradient', true],
  ['Gradient clipping clip_grad', 'gradient norm', false],
  ['anything', '  ', true],
])('"%s" matches "%s": %s', (text, search, found) => {
  expect(matchesWords(text, search)).toBe(found);
});
