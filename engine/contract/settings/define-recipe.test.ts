import { describe, expect, it } from 'vitest';
import { isStudioError, type StudioError } from '../errors.ts';
import { RECIPES, type RecipeKind } from '../recipe-kinds.ts';
import type { Settings } from './setting.ts';

function refusal(parse: () => unknown): StudioError<'recipe-invalid'> {
  try {
    parse();
  } catch (error) {
    if (isStudioError(error, 'recipe-invalid')) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

const KINDS = Object.keys(RECIPES) as RecipeKind[];

describe.each(KINDS)('settings of %s', (kind) => {
  const { parse } = RECIPES[kind];
  const settings: Settings = RECIPES[kind].settings;
  const every = Object.entries(settings);

  it('say of themselves what they are called, mean and may be', () => {
    for (const [key, { title, help, allowed, group, ...about }] of every) {
      expect(title, key).toMatch(/^\p{Lu}[\p{L} ()12-]+$/u);
      expect(help.length, key).toBeGreaterThan(15);
      expect(allowed, key).not.toMatch(/undefined|number $/);
      expect(group, key).not.toBe('');
      expect(about.default, key).not.toBeUndefined();
    }
    const titles = every.map(([, { title }]) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('have defaults that are allowed, and are read back from text', () => {
    const defaults = Object.fromEntries(every.map(([key, about]) => [key, about.default]));
    expect(parse()).toEqual(defaults);
    const texts = every.map(([key, { default: value }]) => [key, String(value ?? 'none')]);
    expect(parse({}, Object.fromEntries(texts))).toEqual(defaults);
  });

  it('have no effect beside settings that there are', () => {
    for (const [key, { noEffect }] of every) {
      const asked: string[] = [];
      const values = new Proxy({}, { get: (_, name) => void asked.push(String(name)) });
      noEffect(values);
      for (const name of asked) expect(Object.keys(settings), key).toContain(name);
      expect(noEffect(parse()), key).not.toBe('');
    }
  });

  it('stand under one heading each, together', () => {
    const groups = every.map(([, { group }]) => group);
    const headings = groups.filter((group, i) => group !== groups[i - 1]);
    expect(new Set(headings).size).toBe(headings.length);
  });
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
