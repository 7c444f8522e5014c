import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRecipe } from './load.ts';

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

  it('reads files that extend a preset or another file', () => {
    const { name, preset, recipe } = loadRecipe('sub/more.json', {}, folder);
    expect([name, preset]).toEqual(['more', 'tiny']);
    expect(recipe).toMatchObject({
      batch_size: 32,
      lr: 0.002,
      patch_size: 8,
      mean: [0.5, 0.5, 0.5],
    });
    expect(loadRecipe('alone.json', {}, folder).preset).toBeUndefined();
  });

  it.each([
    ['smal', 'recipe-unknown', /did you mean small\?/],
    ['circle.json', 'recipe-file-invalid', /extends itself/],
    ['broken.json', 'recipe-file-invalid', /is no JSON/],
    ['list.json', 'recipe-file-invalid', /no JSON object/],
    ['typo.json', 'recipe-invalid', /learning_rat is no setting/],
    ['sub', 'recipe-file-invalid', /cannot be read/],
  ])('refuses %s', (reference, code, message) => {
    expect(() => loadRecipe(reference, {}, folder)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
