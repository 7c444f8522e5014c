import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import { studySchema } from '../contract/study/study.ts';
import { presets } from '../recipes/presets.ts';
import { planStudy } from '../studies/plan.ts';
import type { StudyOrder } from '../studies/study.ts';
import { runCommand } from './testing/fake-host.ts';

const argv =
  'study --data a,b --recipe micro --steps 30 --vary temperature=0.1,0.2 --train t --eval e'.split(
    ' ',
  );
const orders: StudyOrder[] = [];
const saved: unknown[] = [];

const parts = {
  async study(order: StudyOrder) {
    orders.push(order);
    const plan = planStudy(order);
    const state = studySchema.parse({
      ...{ format: 1, name: order.name, createdAt: '2026-01-01T00:00:00.000Z', settings: {} },
      ...{ recipe: order.recipeName, judge: order.judge, ...plan, failures: [], results: [] },
    });
    for (let trial = 0; trial < plan.trials.length; trial++)
      for (let seed = 0; seed < order.seeds; seed++) {
        const score = 0.3 + trial / 100;
        const result = {
          ...{ trial, seed, round: 0, steps: 30, run: 'r', untrained: 0.25, score },
          ...{ loss: 3, match: 0.1, seconds: 2, images: 9, alarms: [] },
        };
        state.results.push(result);
        order.onResult?.(result, state);
      }
    return state;
  },
  savePreset: async (_: string, preset: { name: string }) => {
    saved.push(preset);
    return preset;
  },
};

describe('study', () => {
  it('gives the order with absolute paths, and ends with rows and effects', async () => {
    const { code, records, stderr } = await runCommand([...argv, '--seeds', '2', '--json'], parts);
    expect(code).toBe(0);
    expect(orders.at(-1)).toMatchObject({
      data: ['a', 'b'].map((folder) => path.resolve(folder)),
      ...{
        recipeName: 'micro',
        steps: 30,
        seeds: 2,
        search: 'grid',
        judge: { name: 'knn', k: 20 },
      },
      ...{ train: path.resolve('t'), eval: path.resolve('e') },
      out: path.resolve('workspace/study'),
    });
    expect(records.slice(0, 4).map(({ type, done, total }) => [type, done, total])).toEqual(
      [1, 2, 3, 4].map((done) => ['trial', done, 4]),
    );
    expect(records.at(-1)).toMatchObject({
      type: 'study',
      best: { settings: { temperature: '0.2' }, seeds: 2 },
      effects: [{ keys: ['temperature'] }],
    });
    expect(stderr).toContain('4/4  temperature=0.2  seed 1: kNN 31.0 % (untrained 25.0 %)');
  });

  it('shows a table, and what it does not tell', async () => {
    const { stdout } = await runCommand([...argv, '--seeds', '1'], parts);
    expect(stdout).toMatch(/temperature +steps +seeds +kNN/);
    expect(stdout).toContain('With one seed, differences may be chance.');
    expect(stdout).toContain('confirm it with seeds that the study did not use');
  });

  it('saves the best recipe, with the length of the recipe', async () => {
    const { records } = await runCommand([...argv, '--save', 'warm', '--json'], parts);
    expect(saved.at(-1)).toMatchObject({
      kind: 'pretrain',
      name: 'warm',
      preset: 'micro',
      recipe: { temperature: 0.2, seed: 0, steps: presets.micro.recipe.steps },
    });
    expect(records.at(-1)).toMatchObject({ preset: 'warm' });
  });

  it.each([
    ['--vary lr', /key=value,value/],
    ['--vary lr=1e-4..1e-2', /a grid needs a list/],
    ['--vary seed=1,2', /--seeds/],
  ])('refuses %s', async (words, message) => {
    const { code, stderr } = await runCommand([...argv, ...words.split(' ')], parts);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('needs a length', async () => {
    const words = argv.filter((word) => word !== '--steps' && word !== '30');
    const { code, stderr } = await runCommand(
      ['study', ...words.slice(1).map((word) => word.replace('micro', 'tiny'))],
      parts,
    );
    expect(code).toBe(2);
    expect(stderr).toContain('--steps N is missing');
  });

  it('ends as its signal says when it is stopped', async () => {
    const study = async () => {
      throw new StudioError('study-stopped', 'The study was stopped.', {
        details: { signal: 'SIGTERM' },
      });
    };
    expect((await runCommand(argv, { study })).code).toBe(143);
  });
});
