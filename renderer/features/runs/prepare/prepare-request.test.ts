import { expect, it } from 'vitest';
import { jobs } from '../../../../engine/contract/jobs/register.ts';
import { parseRecipe } from '../../../../engine/contract/recipe.ts';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { PRESET_NAMES, presets } from '../../../../engine/recipes/presets.ts';
import { nearestRecipe } from '../configuration/recipe-changes.ts';
import { hasWaited, prepareRequest, preparingJob } from './prepare-request.ts';

const listed = PRESET_NAMES.map((name) => {
  const { title, recipe } = presets[name];
  return { name, title, recipe: { ...recipe } };
});
const run = { folders: ['/a', '/b'] };

it('asks for the recipe of the run, whatever was changed or measured in it', () => {
  const set = { crop_min_area: '0.3', mean: '0.1,0.2,0.3', channels: '3', tiles: '512' };
  const recipe = parseRecipe({ ...presets.micro.recipe }, set);
  const request = prepareRequest(run, nearestRecipe('pretrain', { ...recipe }, listed)!);
  expect(request.folders).toEqual(run.folders);
  const { recipe: preset } = presets[request.recipe as keyof typeof presets];
  expect(parseRecipe({ ...preset }, request.settings)).toEqual(recipe);
});

it('leaves out what the run left out', () => {
  const excluded = { file: '/ws/excluded/a.csv', images: 2 };
  const request = prepareRequest({ ...run, excluded }, { name: 'micro', changes: [] });
  expect(jobs.prepare.schema.parse(request)).toMatchObject({ exclude: [excluded.file] });
});

it('finds the newest job for the same folders and settings', () => {
  const request = prepareRequest(run, { name: 'micro', changes: [] });
  const job = (id: string, minute: number, own = request) =>
    ({ id, request: own, createdAt: `2026-01-01T00:0${minute}:00.000Z` }) as Job;
  const other = { ...request, settings: { image_size: '48' } };
  const all = [job('first', 1), job('second', 3), job('other', 5, other)];
  expect(preparingJob(all, request)?.id).toBe('second');
  expect(preparingJob([job('other', 5, other)], request)).toBeUndefined();
});

it('knows from its warnings whether the run has waited for images', () => {
  const warning = (code: string) => ({ type: 'warning', code, message: '' });
  expect(hasWaited([warning('images-flat')])).toBe(false);
  expect(hasWaited([warning('images-flat'), warning('data-wait')])).toBe(true);
});
