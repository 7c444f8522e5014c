import { expect, it } from 'vitest';
import { pageAdvice } from './page-advice.ts';

it.each(['labels-ambiguous', 'labels-unknown'])(
  'names the field, not the option, for %s',
  (code) => {
    const advice = pageAdvice(code, 'Name one with --format, such as --format masks.');
    expect(advice).toContain('How labels are read');
    expect(advice).not.toContain('--');
  },
);

it('keeps other advice', () => {
  expect(pageAdvice('disk-full', 'Free some space.')).toBe('Free some space.');
  expect(pageAdvice(undefined, undefined)).toBeUndefined();
});
