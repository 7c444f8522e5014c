import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRecipe } from '../contract/recipe.ts';
import { bandCurves, readLearningBand } from './learning-band.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-band-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const base = {
  image_size: 32,
  patch_size: 4,
  mask_cell: 4,
  batch_size: 8,
  mask_patches: 24,
  steps: 100,
};

interface Written {
  readonly minute: number;
  readonly rank?: number;
  readonly status?: string;
  readonly alarm?: string;
  readonly recipe?: object;
  readonly totalSteps?: number;
}

/** A run whose rank rises from one number to twice that. @returns its folder */
function writeRun(id: string, { minute, rank = 4, status = 'done', alarm, ...more }: Written) {
  const { recipe = {}, totalSteps = 100 } = more;
  const dir = path.join(workspace, 'runs', id);
  mkdirSync(dir, { recursive: true });
  const at = `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;
  const record = {
    ...{ format: 1, id, name: id, kind: 'pretrain', status, createdAt: at, updatedAt: at },
    ...{ step: 100, totalSteps, device: 'cpu', versions: {} },
    recipe: parseRecipe({ ...base, seed: minute, ...recipe }),
    dataset: { folders: ['/images'], images: 9, fingerprint: 'f' },
  };
  writeFileSync(path.join(dir, 'run.json'), JSON.stringify(record));
  const event = (type: string, step: number, fields: object) =>
    JSON.stringify({ type, step, time: 0, ...fields });
  const lines = [
    event('step', 1, { loss: 3 }),
    event('learning', 1, { match: 0.1, featureRank: rank }),
    event('learning', 100, { match: 0.3, featureRank: 2 * rank }),
    ...(alarm === undefined ? [] : [event('warning', 50, { code: alarm, message: '' })]),
  ];
  writeFileSync(path.join(dir, 'events.jsonl'), `${lines.join('\n')}\n`);
  return dir;
}

it('is of the healthy earlier runs with the same recipe and length, whatever their seeds', async () => {
  const [low, middle] = [1, 2].map((minute) => writeRun(`run-${minute}`, { minute, rank: minute }));
  const own = writeRun('own', { minute: 30, rank: 9 });
  expect(await readLearningBand(own)).toBeUndefined();
  writeRun('alarmed', { minute: 3, rank: 50, alarm: 'features-collapsed' });
  writeRun('stopped', { minute: 4, rank: 50, status: 'stopped' });
  writeRun('other', { minute: 5, rank: 50, recipe: { temperature: 0.5 } });
  writeRun('longer', { minute: 6, rank: 50, totalSteps: 200 });
  writeRun('later', { minute: 40, rank: 50 });
  expect(await readLearningBand(own)).toBeUndefined();
  // A warning about something else is no alarm.
  writeRun('third', { minute: 7, rank: 5, alarm: 'data-wait' });
  const band = await readLearningBand(own);
  expect(band?.runs).toEqual(['third', 'run-2', 'run-1']);
  expect(band?.curves['featureRank']).toEqual({ steps: [1, 100], low: [1, 2], high: [5, 10] });
  expect(band?.curves['probeMatch']).toEqual({
    steps: [1, 100],
    low: [0.1, 0.3],
    high: [0.1, 0.3],
  });
  for (const dir of [low!, middle!]) expect(await readLearningBand(dir)).toBeUndefined();
});

it('reads runs between their measurements, and not beyond them', () => {
  const run = (...places: [step: number, featureRank: number][]) =>
    places.map(([step, featureRank]) => ({ step, values: { featureRank } }));
  const { featureRank } = bandCurves([
    run([10, 0], [30, 20]),
    run([10, 5], [20, 5], [30, 5]),
    run([10, 30], [20, 8], [40, 8]),
  ]);
  expect(featureRank).toEqual({ steps: [10, 20, 30], low: [0, 5, 5], high: [30, 10, 20] });
});

it('has few steps of runs that measured often', () => {
  const run = Array.from({ length: 900 }, (_, step) => ({ step, values: { agreement: step } }));
  const { agreement } = bandCurves([run, run, run]);
  expect(agreement!.steps.length).toBe(160);
  expect([agreement!.steps[0], agreement!.steps.at(-1)]).toEqual([0, 899]);
});
