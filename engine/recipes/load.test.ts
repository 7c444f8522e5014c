import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRecipe, loadRecipeOf } from './load.ts';
import { PRESET_NAMES } from './presets.ts';

let folder: string;
const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'conmim-recipes-'));
  mkdirSync(path.join(folder, 'sub'));
  write('mine.json', '{"extends": "tiny", "batch_size": 32, "mean": "half"}');
  write('sub/more.json', '{"extends": "../mine.json", "lr": 0.002}');
  write('alone.json', '{"image_size": 224}');
  write('circle.json', '{"extends": "./circle.json"}');
  write('broken.json', '{"lr": ');
  write('list.json', '[1]');
  write('typo.json', '{"learning_rat": 1}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('loadRecipe', () => {
  it('finds presets by name and lays overrides on top', () => {
    const { name, preset, recipe } = loadRecipe('small', { batch_size: '8' });
    expect([name, preset, recipe.batch_size, recipe.embed_dim]).toEqual(['small', 'small', 8, 384]);
  });

  it('changes colours as the published protocol in large presets of segmentation alone', () => {
    const distorts = (task: 'segment' | 'detect', reference: string) =>
      loadRecipeOf(task, reference, {}, { folder }).recipe.photometric;
    expect(PRESET_NAMES.filter((name) => distorts('segment', name))).toEqual([
      'small',
      'base',
      'large',
    ]);
    expect(PRESET_NAMES.filter((name) => distorts('detect', name))).toEqual([]);
    // As runs and files from before the setting existed.
    expect(distorts('segment', 'alone.json')).toBe(false);
  });

  it('reads files that extend a preset or another file', () => {
    const { name, preset, recipe } = loadRecipe('sub/more.json', {}, { folder });
    expect([name, preset]).toEqual(['more', 'tiny']);
    expect(recipe).toMatchObject({
      batch_size: 32,
      lr: 0.002,
      patch_size: 8,
      mean: [0.5, 0.5, 0.5],
    });
    expect(loadRecipe('alone.json', {}, { folder }).preset).toBeUndefined();
  });

  it.each([
    ['', 'recipe-unknown', /"" is neither/],
    ['smal', 'recipe-unknown', /did you mean small\?/],
    ['circle.json', 'recipe-file-invalid', /extends itself/],
    ['broken.json', 'recipe-file-invalid', /is no JSON/],
    ['list.json', 'recipe-file-invalid', /no JSON object/],
    ['typo.json', 'recipe-invalid', /learning_rat is no setting/],
    ['sub', 'recipe-file-invalid', /cannot be read/],
  ])('refuses %s', (reference, code, message) => {
    expect(() => loadRecipe(reference, {}, { folder })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('chains of recipes', () => {
  const chain = (length: number) => {
    for (let i = 0; i < length; i++) write(`c${i}.json`, `{"extends": "c${i + 1}.json"}`);
    write(`c${length}.json`, '{"extends": "tiny", "batch_size": 7}');
  };

  it('may be some files long, and no longer', () => {
    chain(15);
    expect(loadRecipe('c0.json', {}, { folder })).toMatchObject({
      name: 'c0',
      preset: 'tiny',
      recipe: { batch_size: 7 },
    });
    for (const length of [16, 5000]) {
      chain(length);
      expect(() => loadRecipe('c0.json', {}, { folder })).toThrow(
        expect.objectContaining({
          code: 'recipe-file-invalid',
          message: expect.stringMatching(/c0\.json extends a chain of more than 16 files/),
        }),
      );
    }
  });

  it('that are circles are named, also through links and other spellings', () => {
    write('x.json', '{"extends": "y.json"}');
    write('y.json', '{"extends": "sub/../z.json"}');
    write('z.json', '{"extends": "./y.json"}');
    expect(() => loadRecipe('x.json', {}, { folder })).toThrow(
      /extends itself \(y\.json → z\.json → y\.json\)/,
    );
    write('link-circle.json', '{"extends": "link.json"}');
    symlinkSync(path.join(folder, 'link-circle.json'), path.join(folder, 'link.json'));
    expect(() => loadRecipe('link-circle.json', {}, { folder })).toThrow(/extends itself/);
  });

  it.skipIf(process.platform === 'win32')('take regular files of a sensible size only', () => {
    write('large.json', `{"lr": ${' '.repeat(2 << 20)}1}`);
    expect(() => loadRecipe('large.json', {}, { folder })).toThrow(/has \d+ bytes/);
    execFileSync('mkfifo', [path.join(folder, 'pipe.json')]);
    expect(() => loadRecipe('pipe.json', {}, { folder })).toThrow(/it is no file/);
    expect(() => loadRecipe('/dev/zero', {}, { folder })).toThrow(/it is no file/);
  });
});

describe('a recipe that somebody confined names', () => {
  it.each([
    ['{"swordfish": "hunter2"}', /no setting of a recipe in line 1/],
    ['{\n"lr": 1,\n"swordfish": "hunter2"}', /no setting of a recipe in line 3/],
    ['{"lr": "hunter2"}', /lr must be a number/],
    ['{"mean": ["hunter2"]}', /mean must be/],
    ['{"mask_type": "hunter2"}', /mask_type must be/],
    ['{"extends": "hunter2"}', /extends a recipe that is not there/],
    ['{"extends": {"swordfish": "hunter2"}}', /extends" that is no name/],
    ['["hunter2"]', /no JSON object/],
    ['hunter2', /is no JSON \(line 1\)/],
    ['{"lr": 1,\n"steps": hunter2}', /is no JSON \(line 2\)/],
    ['{"lr": 1,\n"steps": "hunter2', /is no JSON \(line 2\)/],
    ['-----BEGIN swordfish-----\nhunter2\n', /is no JSON \(line 1\)/],
  ])('repeats nothing of %s', (text, words) => {
    write('secret.json', text);
    let thrown: unknown;
    try {
      loadRecipe('secret.json', {}, { folder, confined: true });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: 'StudioError', message: expect.stringMatching(words) });
    const told = JSON.stringify(thrown);
    for (const secret of ['hunter2', 'swordfish', 'BEGIN']) expect(told).not.toContain(secret);
  });

  it('still gets its own settings repeated, and hints for mistyped ones', () => {
    expect(() => loadRecipe('mine.json', { lr: 'fast' }, { folder, confined: true })).toThrow(
      /lr is "fast"/,
    );
    write('near.json', '{"bach_size": 1}');
    expect(() => loadRecipe('near.json', {}, { folder, confined: true })).toThrow(/did you mean/);
  });
});
