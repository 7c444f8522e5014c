import { describe, expect, it } from 'vitest';
import { plannedTrainings } from '../../../engine/contract/study/rounds.ts';
import { presets } from '../../../engine/recipes/presets.ts';
import { planStudy } from '../../../engine/studies/plan.ts';
import {
  chosenOf,
  EMPTY_STUDY_DRAFT,
  isTrainedOn,
  problemOf,
  requestOf,
  trainingsOf,
  varyText,
} from './draft.ts';

const { recipe } = presets.micro;
const draft = (change: Partial<typeof EMPTY_STUDY_DRAFT>) => ({ ...EMPTY_STUDY_DRAFT, ...change });

describe('a varied setting', () => {
  it('is written as the command line takes it', () => {
    expect(varyText({ key: 'temperature', values: ' 0.05, 0.1 ,, ' })).toBe('temperature=0.05,0.1');
    expect(varyText({ key: 'image_size', values: '32 | 32,48' })).toBe('image_size=32|32,48');
  });

  it.each([
    ['0.05, 0.1', undefined],
    ['0.05..0.2', undefined],
    ['', /commas between/],
    ['0.1, 0.1', /commas between/],
    ['0.2..0.1', /commas between/],
    ['0.1, 20', /^20 must be a number above 0/],
    ['0.1..20', /^20 must be a number above 0/],
    ['warm', /^warm must be/],
  ])('%j', (values, problem) => {
    const found = problemOf({ key: 'temperature', values }, recipe);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
  });
});

it.each([
  ['grid', 12],
  ['random', 12],
  ['halving', 12],
  ['halving', 3],
] as const)(
  'counts the trainings of a study (%s, %i) as the engine plans them',
  (search, trials) => {
    const varied = [
      { key: 'temperature', values: '0.05, 0.1, 0.2' },
      { key: 'mask_ratio', values: '0.6, 0.75, 0.8, 0.9' },
    ];
    const chosen = draft({ varied, search, trials, seeds: 2 });
    const plan = planStudy({
      ...{ recipe, search, seeds: 2, steps: chosen.steps, vary: varied.map(varyText) },
      ...(search === 'grid' ? {} : { trials }),
    });
    expect(trainingsOf(chosen)).toBe(plannedTrainings(plan));
  },
);

describe('the images of a study', () => {
  const set = (id: string, kind: string, folder: string) => ({ id, kind, folders: [folder] });
  const all = [set('l', 'labelled', '/d/test'), set('i', 'images', '/d/photos')] as never;

  it('are by default those without labels', () => {
    expect(chosenOf(draft({}), all).map(({ id }) => id)).toEqual(['i']);
    expect(chosenOf(draft({ datasets: ['l'] }), all).map(({ id }) => id)).toEqual(['l']);
    expect(chosenOf(draft({}), [])).toEqual([]);
  });

  it.each([
    ['/d/test', true],
    ['/d/test/cats', true],
    ['/d/test2', false],
    ['/d', false],
    ['', false],
  ])('hold the set %j to evaluate: %s', (evaluated, isHeld) => {
    expect(isTrainedOn(evaluated, chosenOf(draft({ datasets: ['l'] }), all))).toBe(isHeld);
  });
});

it('is a request with the recipe, its length and its values', () => {
  const data = [{ folders: ['/a', '/b'] }] as never;
  const preset = {
    ...{ name: 'micro', title: '', recipe, basis: { name: 'micro', recipe }, changes: undefined },
  };
  expect(requestOf(draft({ train: ' /t ', eval: '/e' }), { data, preset })).toMatchObject({
    folders: ['/a', '/b'],
    recipe: 'micro',
    settings: { steps: '300' },
    vary: ['temperature=0.05,0.1,0.2'],
    search: 'grid',
    train: '/t',
    eval: '/e',
  });
});
