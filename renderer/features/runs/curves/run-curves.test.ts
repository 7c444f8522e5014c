import { describe, expect, it } from 'vitest';
import { TOP1 } from '../../../../engine/contract/scores.ts';
import type { Series, XAxis } from '../../../../engine/contract/studio/index.ts';
import { ALL_CHARTS } from './chart-kinds.ts';
import { appended, curvesOf, runLabels, type ShownRun } from './run-curves.ts';

const kind = (name: string) => ALL_CHARTS.find((chart) => chart.name === name)!;
const series = (more: Partial<Series>): Series => ({
  points: 2,
  score: 'tokenMatch',
  curves: {
    loss: { steps: [1, 2], values: [4, 3] },
    score: { steps: [1, 2], values: [0.1, 0.2] },
    chance: { steps: [1, 2], values: [0.02, 0.02] },
  },
  evaluations: [],
  ...more,
});
const run = (label: string, more: Partial<Series> = {}): ShownRun => ({
  label,
  series: series(more),
  tail: [],
});
const evaluation = (step: number) => ({
  step,
  primary: TOP1,
  values: { top1: 0.5, loss: 1 },
  best: true,
});
const evaluated = { score: 'top1', evaluations: [evaluation(1), evaluation(2)] };

describe('the curves of a chart', () => {
  it('are named after what they show when a run is alone, after runs otherwise', () => {
    expect(curvesOf(kind('loss'), [run('a')], { smoothing: 0 }).map((c) => c.label)).toEqual([
      'Loss',
    ]);
    const both = curvesOf(kind('loss'), [run('a'), run('b')], { smoothing: 0 });
    expect(both.map(({ label, colour }) => [label, colour])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  it('name the score of a run whose task has another', () => {
    const runs = [run('a', { score: 'top1' }), run('b', { score: 'macroF1' })];
    const labels = (name: string) =>
      curvesOf(kind(name), runs, { smoothing: 0 }).map(({ label }) => label);
    expect(labels('loss')).toEqual(['a', 'b']);
    expect(labels('score').slice(0, 2)).toEqual(['a', 'b (macro F1)']);
  });

  it('have chance and evaluations beside the score', () => {
    const curves = curvesOf(kind('score'), [run('a', evaluated)], {
      smoothing: 0,
    });
    expect(curves.map(({ label, look }) => [label, look])).toEqual([
      ['Top-1 accuracy', undefined],
      ['Validation accuracy', 'points'],
      ['Chance level', 'reference'],
    ]);
  });

  it('have the value of the same score of each evaluation, not the primary one', () => {
    const primary = { name: 'mAP', better: 'higher' as const };
    const values = { mAP: 0.9, microF1: 0.4 };
    const evaluations = [{ step: 2, primary, values, best: true }];
    const [, dots] = curvesOf(kind('score'), [run('a', { score: 'microF1', evaluations })], {
      smoothing: 0,
    });
    expect(dots).toMatchObject({ label: 'Validation micro F1', x: [2], values: [0.4] });
  });

  it('have the loss on the validation set beside the loss of training', () => {
    const curves = curvesOf(kind('loss'), [run('a', evaluated)], { smoothing: 0 });
    expect(curves.map(({ label, look, values }) => [label, look, values])).toEqual([
      ['Loss', undefined, [4, 3]],
      ['Validation loss', 'points', [1, 1]],
    ]);
  });

  it('keep what training says where there is one evaluation alone', () => {
    const once = { score: 'top1', evaluations: [evaluation(2)] };
    const curves = curvesOf(kind('score'), [run('a', once), run('b', once)], { smoothing: 0 });
    expect(curves.map(({ label }) => label)).toEqual([
      'a',
      'b',
      'a, evaluated',
      'b, evaluated',
      'Chance level',
    ]);
  });

  it('compare runs by evaluations only, where there are several', () => {
    const curves = curvesOf(kind('score'), [run('a', evaluated), run('b', evaluated)], {
      smoothing: 0,
    });
    expect(curves.map(({ label, look }) => [label, look])).toEqual([
      ['a', 'points'],
      ['b', 'points'],
      ['Chance level', 'reference'],
    ]);
  });

  it('keep what was measured behind what is smoothed, from means where thinned', () => {
    const thin = series({ means: { loss: { steps: [1, 2], values: [9, 9] } } });
    const [pale, line] = curvesOf(kind('loss'), [{ label: 'a', series: thin, tail: [] }], {
      smoothing: 0.02,
    });
    expect(pale).toMatchObject({ label: 'Loss (measured)', look: 'pale', values: [4, 3] });
    expect(line).toMatchObject({ label: 'Loss (smoothed)', values: [9, 9] });
    expect(curvesOf(kind('rssBytes'), [run('a')], { smoothing: 0.02 })).toEqual([]);
  });

  it('go on with what was pushed after the last step that was read', () => {
    const tail = [2, 3, 4].map((step) => ({ step, numbers: { step, loss: step / 10 } }));
    const curve = { steps: [1, 2], values: [4, 3] };
    const live = { series: series({}), tail };
    expect(appended(curve, live, 'loss')).toEqual({ x: [1, 2, 3, 4], values: [4, 3, 0.3, 0.4] });
    expect(appended(curve, live, 'lr')).toEqual({ x: [1, 2], values: [4, 3] });
  });

  it('go on with it on the axis that they are drawn over', () => {
    const numbers = { step: 3, loss: 2, stepsPerEpoch: 4, time: 9500 };
    const live = (x: XAxis) => ({
      series: series({ x, latest: { step: 2, time: 8000, trainingSeconds: 60 } }),
      tail: [{ step: 3, numbers }],
    });
    const curve = (at: number[]) => ({ steps: [1, 2], values: [4, 3], at });
    expect(appended(curve([0.25, 0.5]), live('epoch'), 'loss').x).toEqual([0.25, 0.5, 0.75]);
    expect(appended(curve([10, 60]), live('time'), 'loss').x).toEqual([10, 60, 61.5]);
    const old = { ...live('epoch'), tail: [{ step: 3, numbers: { step: 3, loss: 2 } }] };
    expect(appended(curve([0.25, 0.5]), old, 'loss').x).toEqual([0.25, 0.5]);
  });

  it('have evaluations where they lie on that axis', () => {
    const at = { ...evaluation(2), at: 1.5 };
    const lossAt = { loss: { steps: [1, 2], values: [4, 3], at: [0.75, 1.5] } };
    const given = { score: 'top1', x: 'epoch' as const, curves: lossAt, evaluations: [at] };
    const curves = curvesOf(kind('loss'), [run('a', given)], { smoothing: 0 });
    expect(curves.map(({ x }) => x)).toEqual([[0.75, 1.5], [1.5]]);
  });

  it('go on with a chance level that was pushed', () => {
    const tail = [{ step: 3, numbers: { step: 3, score: 0.3, chance: 0.04 } }];
    const curves = curvesOf(kind('score'), [{ ...run('a'), tail }], { smoothing: 0 });
    expect(curves.at(-1)).toMatchObject({ label: 'Chance level', values: [0.02, 0.02, 0.04] });
  });

  it('have the use of all programs beside that of a run', () => {
    const cpu = (shares: number[]) => ({ steps: [5, 9], values: shares });
    const curves = { cpuShare: cpu([0.5, 0.6]), machineCpuShare: cpu([0.7, 0.9]) };
    const alone = curvesOf(kind('cpuShare'), [run('a', { curves })], { smoothing: 0 });
    expect(alone.map(({ label, look, values }) => [label, look, values])).toEqual([
      ['This run', undefined, [0.5, 0.6]],
      ['All programs', 'thin', [0.7, 0.9]],
    ]);
    const both = [run('a', { curves }), run('b', { curves })];
    const compared = curvesOf(kind('cpuShare'), both, { smoothing: 0 });
    expect(compared.map(({ label, colour }) => [label, colour])).toEqual([
      ['a', 0],
      ['b', 1],
      ['a, all programs', 0],
      ['b, all programs', 1],
    ]);
  });

  it('have several curves beside that of a run in colours of their own, and one beside several', () => {
    const norm = (value: number) => ({ steps: [5], values: [value] });
    const curves = {
      lastBlockGradient: norm(1),
      firstBlockGradient: norm(2),
      projectorGradient: norm(3),
    };
    const alone = curvesOf(kind('lastBlockGradient'), [run('a', { curves })], { smoothing: 0 });
    expect(alone.map(({ label, colour, values }) => [label, colour, values])).toEqual([
      ['Last block', 0, [1]],
      ['First block', 1, [2]],
      ['Projector', 2, [3]],
    ]);
    const both = [run('a', { curves }), run('b', { curves })];
    const compared = curvesOf(kind('lastBlockGradient'), both, { smoothing: 0 });
    expect(compared.map(({ label }) => label)).toEqual([
      'a',
      'b',
      'a, first block',
      'b, first block',
    ]);
  });

  it('tell runs of one name apart', () => {
    const runs = [
      { id: '1-x-aaa', name: 'x' },
      { id: '2-x-bbb', name: 'x' },
      { id: '3-y-ccc', name: 'y' },
    ];
    expect(runLabels(runs)).toEqual(['x (aaa)', 'x (bbb)', 'y']);
  });
});
