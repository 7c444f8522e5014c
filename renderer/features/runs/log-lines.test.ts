import { expect, it } from 'vitest';
import { matchingLines } from './log-lines.ts';

it.each([
  ['', ['Step 1: loss 2', 'Saved step 10', 'Done']],
  ['STEP', ['Step 1: loss 2', 'Saved step 10']],
  ['10 saved', ['Saved step 10']],
  ['absent', []],
])('“%s” finds the lines with all its words', (search, found) => {
  expect(matchingLines(['Step 1: loss 2', 'Saved step 10', 'Done'], search)).toEqual(found);
});
