import { expect, it } from 'vitest';
import { inSentence, meaningOf, meaningOfLabel, TERM_GROUPS, TERM_KEYS, termOf } from './terms.ts';

it('terms are in one group each, with one short sentence', () => {
  const grouped = Object.values(TERM_GROUPS).flatMap((group) => Object.keys(group));
  expect(grouped).toEqual(TERM_KEYS);
  const names = TERM_KEYS.map(termOf);
  expect(new Set(names).size).toBe(names.length);
  for (const key of TERM_KEYS) {
    expect(termOf(key), key).toMatch(/^[A-Z0-9]/);
    expect(meaningOf(key), key).toMatch(/^\p{Lu}[^.]*[^.]\.$/u);
    expect(meaningOf(key).length, key).toBeLessThan(140);
  }
});

it('terms begin in lower case within a sentence, but for abbreviations', () => {
  expect(['Top-1 accuracy', 'F1', 'EMA momentum', 'Macro F1'].map(inSentence)).toEqual([
    'top-1 accuracy',
    'F1',
    'EMA momentum',
    'macro F1',
  ]);
});

it('labels that are terms have an explanation', () => {
  expect(meaningOfLabel('F1')).toBe('Harmonic mean of precision and recall.');
  expect(meaningOfLabel('Fingerprint')).toBeUndefined();
});
