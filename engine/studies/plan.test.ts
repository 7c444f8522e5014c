import { describe, expect, it } from 'vitest';
import { presets } from '../recipes/presets.ts';
import { type PlanOrder, planStudy, recipeOf, trialsOfRound } from './plan.ts';

const { recipe } = presets.tiny;
const plan = (order: Partial<PlanOrder>) =>
  planStudy({ recipe, search: 'grid', seeds: 3, steps: 300, vary: [], ...order });

describe('the plan of a study', () => {
  it('has all combinations of a grid, and knows the recipe itself among them', () => {
    const found = plan({ vary: ['temperature=0.05,0.1', 'mask_ratio=0.6,0.75,0.9'] });
    expect(found.trials).toHaveLength(6);
    expect(found.trials[found.reference!]).toEqual({ temperature: '0.1', mask_ratio: '0.75' });
    expect(found.rounds).toEqual([300]);
  });

  it('changes settings together', () => {
    const { trials, reference } = plan({ vary: ['jitter:gray=0.8:0.2,0:0'] });
    expect(trials).toEqual([
      { jitter: '0.8', gray: '0.2' },
      { jitter: '0', gray: '0' },
    ]);
    expect(reference).toBe(0);
  });

  it('draws as many combinations as asked, the same ones again', () => {
    const order = { search: 'random', trials: 8, vary: ['lr=1e-4..1e-2', 'depth=2..4'] } as const;
    const { trials } = plan(order);
    expect(trials).toHaveLength(8);
    expect(plan(order).trials).toEqual(trials);
    for (const { lr, depth } of trials) {
      expect(Number(lr)).toBeGreaterThanOrEqual(1e-4);
      expect(Number(lr)).toBeLessThanOrEqual(1e-2);
      expect(['2', '3', '4']).toContain(depth);
    }
    expect(plan({ ...order, recipe: { ...recipe, seed: 1 } }).trials).not.toEqual(trials);
  });

  it('draws fewer where there are no more', () => {
    const { trials } = plan({ search: 'random', trials: 10, vary: ['temperature=0.1,0.2'] });
    expect(trials).toHaveLength(2);
  });

  it('halves in rounds that train three times as long', () => {
    const found = plan({ search: 'halving', trials: 9, steps: 800, vary: ['lr=1e-4..1e-2'] });
    expect(found.rounds).toEqual([89, 267, 800]);
    const results = found.trials.map((_, trial) => ({ trial, round: 0, seed: 0, score: trial }));
    const state = { ...found, results } as never;
    expect(trialsOfRound(state, 0)).toHaveLength(9);
    expect(trialsOfRound(state, 1)).toEqual([8, 7, 6]);
  });

  it('gives every training the length and its seed', () => {
    expect(recipeOf(recipe, { lr: '0.002' }, { steps: 50, seed: 4 })).toMatchObject({
      lr: 0.002,
      steps: 50,
      seed: 4,
    });
    expect(recipeOf(recipe, { steps: '70' }, { steps: 50, seed: 4 }).steps).toBe(70);
  });

  it.each([
    [{ vary: ['temperature=0.05,0'] }, 'recipe-invalid', /temperature is "?0/],
    [{ vary: ['temprature=0.05'] }, 'recipe-invalid', /did you mean temperature/],
    [{ vary: ['lr=1e-4..1e-2'] }, 'usage', /a grid needs a list/],
    [{ vary: ['lr=1e-4'], trials: 3 }, 'usage', /--trials/],
    [{ vary: ['lr=1e-4', 'lr=1e-3'] }, 'usage', /lr twice/],
    [{ vary: ['seed=1,2'] }, 'usage', /--seeds/],
    [{ vary: ['epochs=1,2'] }, 'usage', /no epochs/],
    [{ vary: ['steps=10,20'], search: 'halving' }, 'usage', /cannot be varied/],
    [{ vary: ['lr=0.001,0.002'], seeds: 2000 }, 'usage', /4,000 trainings/],
    [{ vary: ['temperature=20..30'], search: 'random' }, 'recipe-invalid', /temperature/],
  ] as const)('%j is refused before anything is trained', (order, code, message) => {
    expect(() => plan(order as unknown as Partial<PlanOrder>)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
