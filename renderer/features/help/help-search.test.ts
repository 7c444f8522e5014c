import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { excerptOf, passagesOf, searchPassages } from './help-search.ts';

const NAMES = [
  'help/add-images',
  'help/fine-tune',
  'help/watch-a-run',
  'help/recover',
  'recipes',
  'glossary',
  'cli',
  'downstream',
  'devices',
  'application',
];
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
    '```',
    '# one',
    'two',
    '```',
    'Last.',
  ].join('\n');
  expect(passagesOf('d', text).map(({ heading, text: found }) => [heading, found])).toEqual([
    ['Title', ''],
    ['Title', 'A link and code.'],
    ['Title', 'a · b'],
    ['Title', 'x · says x'],
    ['Title', 'item'],
    ['Next', ''],
    ['Next', '# one'],
    ['Next', 'two'],
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

it.each([
  ['add a data set', 'help/add-images'],
  ['finetune', 'help/fine-tune'],
  ['recover', 'help/recover'],
])('the title of a page comes first for "%s"', (search, document) => {
  expect(searchPassages(passages, search)[0]).toMatchObject({ document, text: '' });
});

it.each([
  ['self-supervised', 'pre-train'],
  ['graphics card', 'GPU'],
  ['fp16', 'float16'],
  ['gradient accumulation', 'micro_batch'],
  ['test set', 'validation set'],
  ['mAP', 'mean average precision'],
  ['color', 'colour'],
  ['lr', 'learning rate'],
  ['hotkey', 'keys'],
  ['early stopping', 'patience'],
])('finds what "%s" is called here', (search, expected) => {
  const texts = searchPassages(passages, search).map(({ heading, text }) => `${heading} ${text}`);
  expect(texts.join('\n').toLowerCase()).toContain(expected.toLowerCase());
});

it('a heading that is found stands for the passages below it that lack the words', () => {
  const text = '# Gradient clipping\n\nSome rows.\n\n- another';
  expect(searchPassages(passagesOf('d', text), 'gradient')).toHaveLength(1);
});

it('an excerpt is around the hit, and marks it in any case', () => {
  const long = `${'before '.repeat(60)}the Loss falls${' after'.repeat(60)}`;
  const parts = excerptOf(long, ['loss']);
  expect(parts.filter(({ isHit }) => isHit)).toEqual([{ text: 'Loss', isHit: true }]);
  expect(parts[0]!.text).toMatch(/^… before/);
  expect(parts.at(-1)!.text).toMatch(/after …$/);
  expect(excerptOf('a (b) c', ['(b)'])[1]).toEqual({ text: '(b)', isHit: true });
});
