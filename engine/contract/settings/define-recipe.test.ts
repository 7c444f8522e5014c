import { describe, expect, it } from 'vitest';
import { isStudioError, type StudioError } from '../errors.ts';
import { RECIPES, type RecipeKind } from '../tasks.ts';
import { defineRecipe } from './define-recipe.ts';
import { ADVANCED, adapt, type Settings, settingGroup } from './setting.ts';
import {
  imageSettings,
  lengthSettings,
  networkSettings,
  optimizerSettings,
  rateSettings,
  runningSettings,
  SHARE,
  viewSettings,
} from './shared.ts';

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

  it('have titles, meanings and allowed values', () => {
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

describe('the recipe of another task', () => {
  const own = settingGroup('Labels');
  const shared = {
    ...imageSettings,
    ...networkSettings,
    ...lengthSettings,
    ...rateSettings,
    ...optimizerSettings,
    ...viewSettings,
    ...runningSettings,
  };
  const threshold = own.number(ADVANCED, {
    title: 'Threshold',
    default: 0.5,
    range: SHARE,
    help: 'Probability from which a label counts as given.',
  });

  it('takes shared groups over, adapts them and adds its own, with the checks of both', () => {
    const { keys, parse } = defineRecipe({
      settings: { ...shared, epochs: adapt(lengthSettings.epochs, { default: 3 }), threshold },
      check: ({ threshold: value, flip }, need) => need(value >= flip, 'threshold', 'above flip'),
      of: 'a test',
      listCommand: 'conmim recipes --show small',
    });
    expect(keys.at(-1)).toBe('threshold');
    expect(parse({}, { threshold: '0.6', warmup_epochs: 1 })).toMatchObject({
      threshold: 0.6,
      epochs: 3,
      steps: null,
    });
    const { problems } = refusal(() =>
      parse({}, { warmup_epochs: 4, threshold: 0.1, flip: 0.2 }),
    ).details;
    expect(problems!.map(({ field }) => field)).toEqual(['warmup_epochs', 'threshold']);
  });

  it('does not compile without an attribute or a shared setting', () => {
    // @ts-expect-error help is missing
    own.flag(ADVANCED, { title: 'Flag', default: true });
    // @ts-expect-error what forms and previews know is missing
    own.flag({ basic: null, seen: false }, { title: 'Flag', default: true, help: 'A flag.' });
    const { batch_size: _, ...rest } = shared;
    // @ts-expect-error batch_size is missing
    defineRecipe({ settings: rest, check: () => undefined, of: 'a test', listCommand: '' });
  });
});
