import { expect, it } from 'vitest';
import { tileFieldsOf, tileProblems, tilesTextOf } from './tile-fields.ts';

it.each(['auto', 'off', '256', '256+32', '256@2', '512+64@1,all'])(
  'reads and writes %s as recipes do',
  (text) => {
    const fields = tileFieldsOf(text);
    expect(tilesTextOf(fields)).toBe(text);
    expect(tileProblems(fields)).toEqual({});
  },
);

it('says which number is wrong, and means nothing then', () => {
  const fields = tileFieldsOf('256');
  for (const [field, value] of [
    ['size', 8],
    ['size', 10_000],
    ['size', ''],
    ['size', 100.5],
    ['overlap', 256],
    ['overlap', -1],
    ['level', ''],
    ['level', 100],
  ] as const) {
    const wrong = { ...fields, [field]: value };
    expect(tilesTextOf(wrong), `${field} ${value}`).toBeUndefined();
    expect(tileProblems(wrong)).toHaveProperty(field);
    expect(tilesTextOf({ ...wrong, division: 'auto' })).toBe('auto');
  }
});
