import { describe, expect, it } from 'vitest';
import { jobs } from '../../../engine/contract/jobs/register.ts';
import type { Dataset, Preset } from '../../../engine/contract/studio/index.ts';
import { readyMade } from '../../../engine/recipes/load.ts';
import { PRESET_NAMES, presets } from '../../../engine/recipes/presets.ts';
import { suggestRecipe } from '../../../engine/tools/suggestion.ts';
import { checkRecipe } from '../../ui/recipe-form/recipe-kind.ts';
import { suggestedSettings } from '../../ui/recipe-form/suggested-settings.ts';
import {
  awaitsSuggestion,
  choiceOf,
  EMPTY_PRETRAIN_DRAFT,
  isSuggested,
  neededSettings,
  requestOf,
  seenSettings,
} from './draft.ts';

const listed = PRESET_NAMES.map((name): Preset => {
  const { recipe: _, expected, ...about } = presets[name];
  return { ...about, expected: [...expected], recipes: readyMade(name) };
});

function dataset(id: string, images: number, side: number): Dataset {
  const suggestion = suggestRecipe(images, side);
  return {
    id,
    name: id,
    kind: 'images',
    folders: [`/data/${id}`],
    addedAt: '2026-01-01T00:00:00Z',
    state: 'ready',
    report: { images, suggestion },
  } as unknown as Dataset;
}

const scans = dataset('scans', 5000, 512);
const small = dataset('small', 900, 32);

describe('what is suggested', () => {
  it.each([
    [24, 32],
    [900, 32],
    [50_000, 32],
    [5000, 100],
    [5000, 512],
    [50_000, 512],
    [500_000, 512],
  ])('for %d images of %d pixels is a recipe that the engine takes', (images, side) => {
    const suggestion = suggestRecipe(images, side);
    const preset = listed.find(({ name }) => name === suggestion.recipe)!;
    const settings = suggestedSettings(preset.recipes.pretrain, suggestion, images);
    const { values, problems } = checkRecipe('pretrain', preset.recipes.pretrain, settings);
    expect(problems).toEqual({});
    expect(values).toMatchObject({
      image_size: suggestion.imageSize,
      patch_size: suggestion.patchSize,
    });
    expect(values['batch_size']).toBeLessThanOrEqual(images);
  });

  it('asks for ranks, or for devices in their place', () => {
    const asked = (change: object) => {
      const draft = { ...EMPTY_PRETRAIN_DRAFT, device: 'cpu', ...change };
      return requestOf(draft, choiceOf(draft, [scans], listed));
    };
    expect(asked({ ranks: 3, devices: ['cuda'] })).toMatchObject({ device: 'cpu', ranks: 3 });
    const onTwo = asked({ ranks: 3, devices: ['cuda', 'cuda:1'] });
    expect(onTwo).toMatchObject({ device: 'auto', devices: ['cuda', 'cuda:1'] });
    expect(onTwo).not.toHaveProperty('ranks');
  });

  it('measures the statistics of other channels than three', () => {
    const { recipe } = presets.micro;
    const settings = suggestedSettings(recipe, { imageSize: 32, patchSize: 4, channels: 6 }, 9000);
    expect(settings).toEqual({ channels: '6', mean: 'measured', std: 'measured' });
    expect(checkRecipe('pretrain', recipe, settings).problems).toEqual({});
  });

  it('keeps channels that the images need with any recipe, and is not applied without them', () => {
    const cells = {
      ...scans,
      report: { images: 5000, suggestion: { ...suggestRecipe(5000, 512), channels: 6 } },
    } as Dataset;
    const chosen = (settings: Readonly<Record<string, string>>) =>
      choiceOf({ ...EMPTY_PRETRAIN_DRAFT, recipe: 'tiny', settings }, [cells], listed);
    const open = choiceOf(EMPTY_PRETRAIN_DRAFT, [cells], listed);
    expect(neededSettings(open)).toEqual({ channels: '6', mean: 'measured', std: 'measured' });
    expect(neededSettings(choiceOf(EMPTY_PRETRAIN_DRAFT, [scans], listed))).toEqual({});
    const sizes = { image_size: '128', patch_size: '16' };
    expect(isSuggested(open)).toBe(true);
    expect(isSuggested(chosen(sizes))).toBe(false);
    expect(isSuggested(chosen({ ...sizes, ...neededSettings(open) }))).toBe(true);
  });

  it('divides large images as their data set does, with any recipe and network', () => {
    const slides = { ...scans, tiles: '256' };
    for (const draft of [{}, { recipe: 'tiny' }, { from: 'run-1' }]) {
      const whole = { ...EMPTY_PRETRAIN_DRAFT, ...draft };
      const { settings } = requestOf(whole, choiceOf(whole, [slides], listed));
      expect(settings).toMatchObject({ tiles: '256' });
      const other = { ...whole, settings: { tiles: '512' } };
      const changed = requestOf(other, choiceOf(other, [slides], listed));
      expect(changed.settings).toMatchObject({ tiles: '512' });
    }
  });

  it('fills in what was left open, by the largest data set', () => {
    const choice = choiceOf(
      { ...EMPTY_PRETRAIN_DRAFT, datasets: ['small', 'scans'] },
      [small, scans],
      listed,
    );
    expect(choice.preset.name).toBe('tiny');
    expect(choice.settings).toMatchObject({ image_size: '128', patch_size: '16' });
    expect(choice.images).toBe(5900);
    expect(isSuggested(choice)).toBe(true);
  });

  it('is waited for while the first scan runs, unless a recipe was chosen', () => {
    const fresh = { ...scans, state: 'scanning', report: undefined } as Dataset;
    const awaits = (draft: object, data: Dataset) => {
      const whole = { ...EMPTY_PRETRAIN_DRAFT, ...draft };
      return awaitsSuggestion(whole, choiceOf(whole, [data], listed));
    };
    expect(awaits({}, fresh)).toBe(true);
    expect(awaits({ recipe: 'tiny' }, fresh)).toBe(false);
    expect(awaits({ from: 'run-1' }, fresh)).toBe(false);
    expect(awaits({}, { ...scans, state: 'scanning' })).toBe(false);
    expect(awaits({}, scans)).toBe(false);
  });

  it('gives way to what was chosen', () => {
    const draft = { ...EMPTY_PRETRAIN_DRAFT, recipe: 'micro', settings: { lr: '0.1' } };
    const choice = choiceOf(draft, [small, scans], listed);
    expect(choice.data).toEqual([small]);
    expect(choice.preset.name).toBe('micro');
    expect(choice.settings).toEqual({ lr: '0.1' });
  });

  it('is nothing where nothing was scanned', () => {
    const { report: _, ...unread } = scans;
    const choice = choiceOf(EMPTY_PRETRAIN_DRAFT, [unread], listed);
    expect(choice).toMatchObject({ images: 0, preset: { name: 'micro' }, settings: {} });
    expect(isSuggested(choice)).toBe(false);
  });
});

describe('the request', () => {
  const choice = choiceOf({ ...EMPTY_PRETRAIN_DRAFT, recipe: 'micro' }, [small], listed);
  it('names recipe, images and changes', () => {
    const request = requestOf({ ...EMPTY_PRETRAIN_DRAFT, recipe: 'micro', name: ' mine ' }, choice);
    expect(jobs.pretrain.schema.parse(request)).toEqual({
      kind: 'pretrain',
      folders: ['/data/small'],
      recipe: 'micro',
      settings: {},
      device: 'auto',
      name: 'mine',
    });
  });
  it('names labelled images where some were chosen', () => {
    const draft = { ...EMPTY_PRETRAIN_DRAFT, knn: ' /data/labelled ' };
    expect(requestOf(draft, choice)).toMatchObject({ knn: '/data/labelled' });
    // The field for another folder is open and empty.
    expect(requestOf({ ...draft, knn: ' ' }, choice)).not.toHaveProperty('knn');
  });
  it('leaves out what is excluded from the data set', () => {
    const excluded = { file: '/workspace/excluded/a.csv', images: 2 };
    const request = requestOf(EMPTY_PRETRAIN_DRAFT, { ...choice, data: [{ ...small, excluded }] });
    expect(jobs.pretrain.schema.parse(request)).toMatchObject({ exclude: [excluded.file] });
  });
  it('takes the recipe of what it goes on from', () => {
    const draft = { ...EMPTY_PRETRAIN_DRAFT, from: 'run-1', settings: { epochs: '3' } };
    const request = requestOf(draft, choice);
    expect(request).toMatchObject({ from: 'run-1', settings: { epochs: '3' } });
    expect(request).not.toHaveProperty('recipe');
  });
});

it('asks for new pictures only when they would look different', () => {
  const recipe = { ...presets.micro.recipe };
  expect(seenSettings({ ...recipe, lr: 1, workers: 7 })).toEqual(seenSettings(recipe));
  expect(seenSettings({ ...recipe, blur: 1 })).not.toEqual(seenSettings(recipe));
  const { problems } = checkRecipe('pretrain', recipe, seenSettings({ ...presets.large.recipe }));
  expect(problems).toEqual({});
});
