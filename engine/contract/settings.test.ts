import { describe, expect, it } from 'vitest';
import { isStudioError, type StudioError } from './errors.ts';
import { parseFinetuneRecipe } from './finetune-recipe.ts';
import { parseRecipe } from './recipe.ts';

function refusal(parse: () => unknown): StudioError<'recipe-invalid'> {
  try {
    parse();
  } catch (error) {
    if (isStudioError(error, 'recipe-invalid')) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe.each([
  ['pre-training', parseRecipe],
  ['fine-tuning', parseFinetuneRecipe],
])('settings of %s', (_, parse) => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'])(
    'know no setting %s, wherever it is given',
    (name) => {
      const given = JSON.parse(`{"${name}": {"lr": 5}}`) as Record<string, unknown>;
      for (const run of [() => parse(given), () => parse({}, given)]) {
        const error = refusal(run);
        expect(error.code).toBe('recipe-invalid');
        expect(error.details.field).toBe(name);
      }
      expect(({} as Record<string, unknown>)['lr']).toBeUndefined();
    },
  );

  it.each(['constructor', '__proto__', 'toString'])('take %s for no value either', (value) => {
    for (const key of ['mean', 'std', 'lr', 'steps'])
      expect(refusal(() => parse({}, { [key]: value })).code).toBe('recipe-invalid');
  });

  it('repeat long values and many problems in short', () => {
    const long = refusal(() => parse({}, { lr: '9x'.repeat(150_000) }));
    expect(long.message.length).toBeLessThan(1000);
    expect(JSON.stringify(long).length).toBeLessThan(10_000);
    const names = Array.from({ length: 5000 }, (_, i) => [`unknown-${i}`, 1]);
    const many = refusal(() => parse({}, Object.fromEntries(names)));
    expect(many.message).toMatch(/and 4990 more\.$/);
    expect(JSON.stringify(many).length).toBeLessThan(50_000);
  });
});
