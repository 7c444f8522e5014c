import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunHistory } from './run-history.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'conmim-history-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const step = (number: number, seconds: number) => ({
  type: 'step',
  step: number,
  time: 1e12 + seconds * 1000,
  epoch: 0,
  stepsPerEpoch: 100,
  loss: 1 / number,
});

async function historyOf(events: readonly object[]): Promise<RunHistory> {
  writeFileSync(
    path.join(dir, 'events.jsonl'),
    events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  );
  const history = new RunHistory(dir);
  await history.refresh();
  return history;
}

it('draws measures of learning as curves, and lists them as no events', async () => {
  const measured = {
    type: 'learning',
    step: 2,
    time: 1e12,
    match: 0.25,
    chance: 0.5,
    loss: 9,
    positionMatch: 0.125,
    attentionEntropy: [0.75, 0.5, 0.25],
    gradientNorms: [
      { part: 'embedding', norm: 4 },
      { part: 'blocks.0', norm: 3 },
      { part: 'blocks.1', norm: 2 },
      { part: 'projector', norm: null },
    ],
    matchByVisible: [
      { visible: 1, patches: 30, match: 0.5 },
      { visible: 2, patches: 10, match: 0.25 },
      { visible: 7, patches: 5, match: 0.75 },
    ],
  };
  const history = await historyOf([step(1, 1), step(2, 2), measured]);
  const names = ['loss', 'probeMatch', 'positionMatch', 'attentionEntropy'] as const;
  const more = ['firstAttentionEntropy', 'featureRank'] as const;
  const { curves } = history.series([...names, ...more], { pieces: 10 });
  expect(curves['loss']!.values).toEqual([1, 0.5]);
  expect(curves['probeMatch']).toEqual({ steps: [2], values: [0.25] });
  expect(curves['positionMatch']!.values).toEqual([0.125]);
  expect(curves['attentionEntropy']!.values).toEqual([0.25]);
  expect(curves['firstAttentionEntropy']!.values).toEqual([0.75]);
  expect(curves['featureRank']!.steps).toEqual([]);
  const parts = ['embedding', 'firstBlock', 'lastBlock', 'projector'] as const;
  const norms = history.series(
    parts.map((part) => `${part}Gradient` as const),
    { pieces: 10 },
  ).curves;
  expect(parts.map((part) => norms[`${part}Gradient`]!.values)).toEqual([[4], [3], [2], []]);
  const groups = ['matchFewVisible', 'matchSomeVisible', 'matchMostVisible'] as const;
  const matches = history.series(groups, { pieces: 10 }).curves;
  expect(groups.map((name) => matches[name]!.values)).toEqual([[0.4375], [], [0.75]]);
  expect(history.events({ offset: 0, count: 10 }).total).toBe(0);
});

describe('samples of the machine', () => {
  const sample = (step: number, cpuShare: number) => ({
    type: 'machine',
    step,
    time: 1e12 + step * 1000,
    cpuShare,
    rssBytes: 1,
  });
  const names = ['loss', 'cpuShare', 'gpuUse'] as const;

  it('are curves at steps of their own, and no events that are listed', async () => {
    const history = await historyOf([step(1, 1), step(2, 2), sample(2, 0.5), step(3, 3)]);
    const { curves, points } = history.series(names, { pieces: 10, x: 'time', from: 0.5 });
    expect(points).toBe(3);
    expect(curves['cpuShare']).toEqual({ steps: [2], values: [0.5], at: [1] });
    expect(curves['gpuUse']).toEqual({ steps: [], values: [], at: [] });
    expect(curves['loss']!.steps).toEqual([2, 3]);
    expect(history.events({ offset: 0, count: 10 }).total).toBe(0);
  });

  it('are thinned and have means like others', async () => {
    const history = await historyOf(
      Array.from({ length: 1000 }, (_, i) => sample(i + 1, i === 500 ? 1 : 0.25)),
    );
    const { curves, means } = history.series(names, { pieces: 10, means: true });
    expect(curves['cpuShare']!.steps.length).toBeLessThanOrEqual(20);
    expect(Math.max(...curves['cpuShare']!.values)).toBe(1);
    expect(means!['cpuShare']!.values.length).toBe(10);
    expect(means!['loss']).toBeUndefined();
  });
});

describe('pictures of evaluations', () => {
  const pictures = (step: number, file = `pictures/${step}/0-1.webp`) => ({
    type: 'pictures',
    step,
    time: 1e12,
    legend: [{ name: 'cat', colour: '#800000' }],
    images: [{ path: '/images/a.png', views: [{ title: 'Truth', file }] }],
  });

  it('are those of the newest evaluations, and no events that are listed', async () => {
    const steps = Array.from({ length: 15 }, (_, i) => i + 1);
    const history = await historyOf(steps.map((at) => pictures(at)));
    expect(history.pictures.map(({ step }) => step)).toEqual(steps.slice(3));
    expect(history.events({ offset: 0, count: 10 }).total).toBe(0);
  });

  it.each(['/etc/passwd', '../../other/a.webp', 'pictures/1/../../x.webp', 'pictures/1/0-0.png'])(
    'never lead out of the folder of the run, as %s would',
    async (file) => {
      const history = await historyOf([pictures(1, file)]);
      expect(history.pictures).toEqual([]);
    },
  );
});

describe('curves over other axes than steps', () => {
  // Each step takes as long as its number, in seconds.
  const seconds = (number: number) => (number * (number + 1)) / 2;
  const events = [
    { type: 'status', status: 'running', step: 0, time: 1e12 },
    ...Array.from({ length: 200 }, (_, i) => step(i + 1, seconds(i + 1))),
    {
      type: 'evaluation',
      step: 50,
      time: 0,
      best: true,
      values: { top1: 1 },
      primary: { name: 'top1', better: 'higher' },
    },
  ];

  it('have the place of each point and evaluation, and the end of the axis', async () => {
    const history = await historyOf(events);
    const epochs = history.series(['loss'], { x: 'epoch', pieces: 1000 });
    expect(epochs).toMatchObject({ x: 'epoch', end: 2, evaluations: [{ step: 50, at: 0.5 }] });
    expect(epochs.curves['loss']!.at!.slice(0, 3)).toEqual([0.01, 0.02, 0.03]);
    const times = history.series(['loss'], { x: 'time', pieces: 1000 });
    expect(times).toMatchObject({ x: 'time', end: 20_100, latest: { trainingSeconds: 20_100 } });
    expect(times.curves['loss']!.at!.slice(0, 3)).toEqual([1, 3, 6]);
    const steps = history.series(['loss'], { pieces: 1000 });
    expect(steps).toMatchObject({ end: 200 });
    expect(steps.x ?? steps.curves['loss']!.at).toBeUndefined();
  });

  it('have the range that is asked for, thinned in it, with means', async () => {
    const history = await historyOf(events);
    const range = { pieces: 10, means: true } as const;
    const epochs = history.series(['loss'], { ...range, x: 'epoch', from: 0.5, to: 1.5 });
    const [first, last] = [epochs.curves['loss']!.steps[0], epochs.curves['loss']!.steps.at(-1)];
    expect([first, last]).toEqual([50, 150]);
    const means = epochs.means!['loss']!;
    expect(means.at).toEqual(means.steps.map((step) => step / 100));
    const times = history.series(['loss'], { ...range, x: 'time', from: 6, to: seconds(5) });
    expect(times.curves['loss']).toMatchObject({ steps: [3, 4, 5], at: [6, 10, 15] });
  });

  it('have the points at both ends of a range', async () => {
    const all = Array.from({ length: 30 }, (_, i) => i + 1);
    const history = await historyOf(
      all.map((i) => ({ ...step(i, i * 1.0333333), stepsPerEpoch: 7 })),
    );
    for (const x of ['time', 'epoch'] as const) {
      const { at = [] } = history.series(['loss'], { pieces: 100, x }).curves['loss']!;
      for (const i of all.slice(1)) {
        const range = { from: at[i - 2]!, to: at[i - 1]! };
        const { steps } = history.series(['loss'], { pieces: 100, x, ...range }).curves['loss']!;
        expect(steps, `${x} ${range.from} to ${range.to}`).toEqual([i - 1, i]);
      }
    }
  });

  it('are empty while the axis is not known', async () => {
    const { stepsPerEpoch: _, ...old } = step(1, 1);
    const epochs = (await historyOf([old])).series(['loss'], { x: 'epoch', pieces: 10 });
    expect(epochs).toMatchObject({ points: 1, curves: { loss: { steps: [], values: [] } } });
    expect(epochs.end).toBeUndefined();
  });
});
