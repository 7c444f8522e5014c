import { describe, expect, it } from 'vitest';
import { runAboutSchema } from './run-about.ts';
import { MOST_TAGS, TAG_LENGTH } from './run-about-limits.ts';

const tagsOf = (tags: readonly string[]) => runAboutSchema.safeParse({ tags }).data?.tags;

describe('tags', () => {
  it('are trimmed, and those that differ in case alone are one', () => {
    expect(tagsOf([' good ', 'Good', 'x-ray'])).toEqual(['good', 'x-ray']);
  });

  it.each([
    ['an empty one', ['  ']],
    ['one with a comma', ['a,b']],
    ['one with a line break', ['a\nb']],
    ['one that is too long', ['k'.repeat(TAG_LENGTH + 1)]],
    ['too many', Array.from({ length: MOST_TAGS + 1 }, (_, i) => `${i}`)],
  ])('are refused: %s', (_, tags) => {
    expect(tagsOf(tags)).toBeUndefined();
  });
});

it('takes no name of spaces alone', () => {
  expect(runAboutSchema.safeParse({ name: '  ' }).success).toBe(false);
});
