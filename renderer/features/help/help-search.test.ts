import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { passagesOf, searchPassages } from './help-search.ts';

const NAMES = ['recipes', 'glossary', 'cli', 'downstream'];
const passages = NAMES.flatMap((name) =>
  passagesOf(name, readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8')),
);

it('passages are paragraphs, items and rows, without marks of Markdown', () => {
  const text = [
    '# Title',
    '',
    'A [link](a.md) and',
    '`code`.',
    '',
    '| a | b |',
    '| --- | --- |',
    '| `x` | | says **x** |',
    '- item',
    '',
    '## Next',
    '',
    'Last.',
  ].join('\n');
  expect(passagesOf('d', text).map(({ heading, text: found }) => [heading, found])).toEqual([
    ['Title', 'A link and code.'],
    ['Title', 'a · b'],
    ['Title', 'x · says x'],
    ['Title', 'item'],
    ['Next', 'Last.'],
  ]);
});

it.each([
  ['gradient clipping', 'clip_grad'],
  ['clip_grad', 'Gradient clipping'],
  ['weight decay', 'weight_decay'],
  ['learning rate', 'lr'],
  ['EMA', 'ema_momentum'],
  ['momentum', 'beta1'],
  ['stochastic depth', 'drop_path'],
  ['drop path', 'drop_path'],
  ['batch size', 'batch_size'],
  ['harmonic mean', 'F1'],
  ['top-1 accuracy', 'most probable class'],
])('finds "%s"', (search, expected) => {
  const found = searchPassages(passages, search).slice(0, 12);
  expect(found.map(({ text }) => text).join('\n')).toContain(expected);
});

it('finds a text once, and nothing for nothing', () => {
  const found = searchPassages(passages, 'gradient clipping').map(({ text }) => text);
  expect(new Set(found).size).toBe(found.length);
  expect(searchPassages(passages, ' ')).toEqual([]);
  expect(searchPassages(passages, 'gradient of the moon')).toEqual([]);
});
