import { expect, it } from 'vitest';
import { jobs } from '../../../../engine/contract/jobs/register.ts';
import type {
  Dataset,
  Job,
  PreparedSet,
  Preset,
} from '../../../../engine/contract/studio/index.ts';
import { readyMade } from '../../../../engine/recipes/load.ts';
import { PRESET_NAMES, presets } from '../../../../engine/recipes/presets.ts';
import { suggestRecipe } from '../../../../engine/tools/suggestion.ts';
import { checkRecipe } from '../../../ui/recipe-form/recipe-kind.ts';
import { preparedOf, prepareOrder, preparingJob } from './prepare-order.ts';

const listed = PRESET_NAMES.map((name) => {
  const { recipe: _, expected, ...about } = presets[name];
  return { ...about, expected: [...expected], recipes: readyMade(name) } as Preset;
});
const report = { images: 900, suggestion: suggestRecipe(900, 300) };
const excluded = { file: '/workspace/excluded/a.csv', images: 2 };
const dataset = { folders: ['/a'], tiles: '256', excluded, report } as unknown as Dataset;

it.each(listed)('asks for views as a pre-training with $name has them', (preset) => {
  const order = prepareOrder(dataset, dataset.report!, preset);
  expect(jobs.prepare.schema.safeParse(order).success).toBe(true);
  expect(order).toMatchObject({ folders: ['/a'], recipe: preset.name, settings: { tiles: '256' } });
  expect(order.exclude).toEqual([excluded.file]);
  const { values, problems } = checkRecipe('pretrain', preset.recipes.pretrain, order.settings);
  expect(problems).toEqual({});
  if (preset.name === report.suggestion.recipe)
    expect(values['image_size']).toBe(report.suggestion.imageSize);
});

it('finds what is prepared, and the newest job, of the same folders alone', () => {
  const set = (name: string, folders: string[]) => ({ name, folders }) as PreparedSet;
  const sets = [set('x', ['/a']), set('y', ['/a', '/b']), set('z', ['/a'])];
  expect(preparedOf(['/a'], sets).map(({ name }) => name)).toEqual(['x', 'z']);
  const job = (id: string, minute: number, folders: string[], kind = 'prepare') =>
    ({
      id,
      createdAt: `2026-01-01T00:0${minute}:00Z`,
      request: { kind, folders },
    }) as unknown as Job;
  const some = [
    job('a', 1, ['/a']),
    job('b', 3, ['/a']),
    job('c', 5, ['/b']),
    job('d', 7, ['/a'], 'pretrain'),
  ];
  expect(preparingJob(['/a'], some)?.id).toBe('b');
  expect(preparingJob(['/c'], some)).toBeUndefined();
});
