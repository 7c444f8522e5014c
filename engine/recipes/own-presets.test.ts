import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecipeOf, RECIPE_KINDS, type RecipeKind } from '../contract/tasks.ts';
import { loadRecipeOf, readyMade } from './load.ts';
import {
  deletePreset,
  listPresets,
  type ReadRecipe,
  readPresetText,
  renamePreset,
  savePreset,
} from './own-presets.ts';
import { PRESET_NAMES } from './presets.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'conmim-presets-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const recipeOf = (kind: RecipeKind, settings: object): ReadRecipe => ({
  preset: 'micro',
  recipe: parseRecipeOf(kind, readyMade('micro')[kind], { ...settings }),
});
const save = (name: string, settings: object = { lr: 0.01 }, replace = false) =>
  savePreset(workspace, { kind: 'pretrain', name, ...recipeOf('pretrain', settings) }, { replace });
const write = (name: string, text: string, kind: RecipeKind = 'pretrain') => {
  mkdirSync(path.join(workspace, 'recipes', kind), { recursive: true });
  writeFileSync(path.join(workspace, 'recipes', kind, name), text);
};
const names = () => listPresets(workspace).presets.map(({ name }) => name);

describe('a preset of a workspace', () => {
  it.each(RECIPE_KINDS)('is a recipe file, found by its name in recipes of %s', async (kind) => {
    const order = recipeOf(kind, { epochs: 7, batch_size: 8 });
    const saved = await savePreset(
      workspace,
      { kind, name: 'xrays', ...order },
      { replace: false },
    );
    expect(saved).toMatchObject({ kind, name: 'xrays', basis: 'micro', recipe: order.recipe });
    expect(JSON.parse(readFileSync(saved.file, 'utf8'))).toEqual({
      extends: 'micro',
      ...saved.changes,
    });
    expect(listPresets(workspace)).toEqual({ presets: [saved], damaged: [] });
    const by = (reference: string, source: object) => loadRecipeOf(kind, reference, {}, source);
    expect(by('xrays', { workspace })).toMatchObject({
      name: 'xrays',
      preset: 'micro',
      recipe: order.recipe,
      changes: { batch_size: 8 },
    });
    expect(by(saved.file, {})).toMatchObject({ recipe: order.recipe, changes: {} });
    const other = kind === 'pretrain' ? 'finetune' : 'pretrain';
    expect(() => loadRecipeOf(other, 'xrays', {}, { workspace })).toThrow(/neither a recipe/);
  });

  it.each(PRESET_NAMES)(
    'has the settings that were saved from %s, whatever follows from them',
    async (name) => {
      const base = readyMade(name).pretrain;
      for (const changes of [
        {},
        { epochs: 3 },
        { epochs: 3, steps: 500 },
        { steps: 500 },
        { epochs: 2, warmup_epochs: 2 },
        { mean: 'half', image_size: [64, 96], patch_size: 8, mask_type: 'block', clip_grad: null },
      ]) {
        const recipe = parseRecipeOf('pretrain', base, changes);
        const order = { kind: 'pretrain', name: 'mine', preset: name, recipe } as const;
        const saved = await savePreset(workspace, order, { replace: true });
        expect(saved.recipe).toEqual(recipe);
      }
    },
  );

  it('of which nothing is known begins with the nearest recipe', async () => {
    const recipe = { ...readyMade('small').pretrain, lr: 0.002 };
    const saved = await savePreset(
      workspace,
      { kind: 'pretrain', name: 'mine', recipe },
      { replace: false },
    );
    expect(saved).toMatchObject({ basis: 'small', changes: { lr: 0.002 } });
  });

  it('is replaced only when that is asked for, also in other capital letters', async () => {
    await save('xrays');
    for (const name of ['xrays', 'XRays', ' xrays '])
      await expect(save(name, { lr: 0.02 })).rejects.toMatchObject({ code: 'preset-exists' });
    await save('XRAYS', { lr: 0.03 }, true);
    expect(listPresets(workspace).presets).toMatchObject([
      { name: 'xrays', changes: { lr: 0.03 } },
    ]);
  });

  it('is renamed and deleted, and no other is lost', async () => {
    await save('one');
    await save('two');
    const one = { kind: 'pretrain', name: 'one' } as const;
    await expect(renamePreset(workspace, one, 'TWO')).rejects.toMatchObject({
      code: 'preset-exists',
    });
    await expect(renamePreset(workspace, one, 'tiny')).rejects.toMatchObject({
      code: 'preset-name',
    });
    await renamePreset(workspace, one, 'One');
    expect(names()).toEqual(['One', 'two']);
    await deletePreset(workspace, { kind: 'pretrain', name: 'two' });
    expect(names()).toEqual(['One']);
    await expect(deletePreset(workspace, one)).rejects.toMatchObject({ code: 'preset-missing' });
  });

  it.each(['', '  ', 'tiny', 'Tiny', 'a/b', '../a', '.a', 'a.', 'a.json', 'con', 'x'.repeat(61)])(
    'cannot be named %j',
    async (name) => {
      await expect(save(name)).rejects.toMatchObject({ code: 'preset-name' });
    },
  );

  it('of a later version is named with its unknown settings, and not used without them', async () => {
    write('later.json', '{"extends": "tiny", "warp_speed": 9, "lr": 0.1}');
    write('wrong.json', '{"extends": "tiny", "lr": 99}');
    write('broken.json', '{"extends"');
    await save('good');
    const { presets, damaged } = listPresets(workspace);
    expect(presets.map(({ name }) => name)).toEqual(['good']);
    expect(damaged.map(({ name, error }) => [name, error.message, error.advice])).toEqual([
      ['broken', expect.stringContaining('is no JSON'), expect.anything()],
      [
        'later',
        'The preset “later” cannot be used: warp_speed is no setting of a recipe.',
        expect.stringMatching(/^Update ConMIM Studio if a later version .*later\.json$/),
      ],
      [
        'wrong',
        expect.stringContaining('lr is 99; it must be'),
        expect.stringContaining('Correct '),
      ],
    ]);
    expect(() => loadRecipeOf('pretrain', 'later', {}, { workspace, confined: true })).toThrow(
      /warp_speed is no setting/,
    );
  });

  it('may extend another one, and no link or folder is one', async () => {
    await save('mine', { lr: 0.03 });
    write('more.json', '{"extends": "mine", "batch_size": 16}');
    expect(loadRecipeOf('pretrain', 'more', {}, { workspace })).toMatchObject({
      preset: 'micro',
      recipe: { lr: 0.03, batch_size: 16 },
      changes: { lr: 0.03, batch_size: 16 },
    });
    const folder = path.join(workspace, 'recipes', 'pretrain');
    mkdirSync(path.join(folder, 'folder.json'));
    const secret = path.join(workspace, 'secret.json');
    writeFileSync(secret, '{"swordfish": 1}');
    symlinkSync(secret, path.join(folder, 'link.json'));
    expect(names()).toEqual(['mine', 'more']);
    expect(listPresets(workspace).damaged).toEqual([]);
  });

  it('is proposed for a mistyped name', async () => {
    await save('radiographs');
    expect(() => loadRecipeOf('pretrain', 'radiograph', {}, { workspace })).toThrow(
      /did you mean radiographs\?/,
    );
  });
});

describe('the text of a recipe file', () => {
  const read = (text: string, kind: RecipeKind = 'pretrain') =>
    readPresetText(workspace, { kind, name: 'theirs' }, text);

  it('is read with what it extends, also a preset of the workspace', async () => {
    await save('mine', { lr: 0.03 });
    expect(read('{"extends": "mine", "batch_size": "16"}')).toMatchObject({
      preset: 'micro',
      recipe: { lr: 0.03, batch_size: 16 },
    });
    expect(read('{"lr": 0.002}').preset).toBeUndefined();
  });

  it.each([
    ['{"warp_speed": 9}', /warp_speed is no setting/, /Update ConMIM Studio if a later/],
    ['{"bach_size": 9}', /did you mean batch_size\?/, /Update ConMIM Studio if a later/],
    ['{"lr": "fast", "seed": -1}', /lr is "fast".*seed is -1/, /Correct the file/],
    ['{"extends": "theirs-too"}', /extends "theirs-too", which is not a recipe here/, /./],
    ['{"extends": 7}', /no name/, /./],
    ['no', /of “theirs” is no JSON \(line 1\)/, /looks like/],
    [
      '{"extends": "tiny", "mixup": 0.5}',
      /is a recipe of fine-tuning, and not of pre-training/,
      /Import it where fine-tuning is set up/,
    ],
  ])('%s is refused with the reason and the next step', (text, message, advice) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(message),
        advice: expect.stringMatching(advice),
      }),
    );
    expect(listPresets(workspace)).toEqual({ presets: [], damaged: [] });
  });
});
