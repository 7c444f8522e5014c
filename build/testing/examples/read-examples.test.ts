import { expect, it } from 'vitest';
import { conmimWords, readBlocks } from './read-examples.ts';

const PAGE = [
  'Text.',
  '',
  '```',
  'conmim scan photos',
  'conmim pretrain \\',
  '  --data photos',
  '```',
  '',
  '<!-- not run: needs a GPU -->',
  '',
  '```',
  'conmim selftest --device webgpu',
  '```',
  '',
  '```json',
  '{}',
  '```',
  '',
].join('\n');

it('reads command lines with their place, and why some are not run', () => {
  expect(readBlocks(PAGE)).toEqual([
    { line: 3, lines: ['conmim scan photos', 'conmim pretrain    --data photos'] },
    { line: 11, lines: ['conmim selftest --device webgpu'], notRun: 'needs a GPU' },
  ]);
  expect(readBlocks(PAGE, 'json')).toEqual([{ line: 15, lines: ['{}'] }]);
});

it.each([
  ['conmim scan photos  # reads', ['scan', 'photos']],
  ['npm run --silent conmim -- completion bash > file', ['completion', 'bash']],
  ['npm ci', undefined],
])('the words of "%s"', (line, words) => {
  expect(conmimWords(line)).toEqual(words);
});
