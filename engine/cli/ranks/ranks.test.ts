/** Training on real ranks, against one process that computes the same images in passes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MpiFamily } from '../../collectives/launched.ts';
import { launcherOf, spawnRanks } from '../../collectives/testing/run-ranks.ts';
import { writeSampleJpegs } from '../../data/testing/sample-jpegs.ts';
import type { RankSpeedEvent, StepEvent } from '../../runs/events.ts';
import type { RunRecord } from '../../runs/run-record.ts';

const CONMIM = path.resolve('build', 'conmim.mjs');
const FAMILY = (['open-mpi', 'mpich'] as const satisfies MpiFamily[]).find(launcherOf);
const SETTINGS = [
  ...['image_size=32', 'patch_size=8', 'embed_dim=16', 'depth=1', 'heads=2', 'batch_size=8'],
  ...['workers=0', 'warmup_epochs=0', 'checkpoint_every=3', 'log_every=1'],
  ...['mask_type=random_mps32', 'mask_cell=16', 'learning_measures=false'],
].flatMap((setting) => ['--set', setting]);

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-cli-ranks-'));
  await writeSampleJpegs(path.join(folder, 'images'), 16, { width: 64, height: 48 });
  for (const name of ['one', 'other'])
    await writeSampleJpegs(path.join(folder, 'labelled', name), 8, { width: 64, height: 48 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pretraining = (workspace: string, ...more: string[]) => [
  ...[CONMIM, 'pretrain', '--data', path.join(folder, 'images'), '--recipe', 'micro'],
  ...['--steps', '3', '--device', 'cpu', '--workspace', path.join(folder, workspace)],
  ...[...SETTINGS, ...more],
];

function runIn(workspace: string) {
  const runs = path.join(folder, workspace, 'runs');
  const [id, ...others] = readdirSync(runs);
  expect(others).toEqual([]);
  const dir = path.join(runs, id!);
  const file = path.join(dir, 'run.json');
  const record = JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
  const events = readFileSync(path.join(dir, 'events.jsonl'), 'utf8').trim().split('\n');
  const steps = events
    .map((line) => JSON.parse(line) as StepEvent)
    .filter(({ type }) => type === 'step');
  const speeds = events
    .map((line) => JSON.parse(line) as RankSpeedEvent)
    .filter(({ type }) => type === 'rank-speed');
  return { dir, file, record, steps, speeds };
}

const finetuning = (workspace: string, ...more: string[]) => [
  ...[CONMIM, 'finetune', '--from', 'scratch', '--recipe', 'micro', '--steps', '3'],
  ...['--train', path.join(folder, 'labelled'), '--val-fraction', '0.25', '--device', 'cpu'],
  ...['--workspace', path.join(folder, workspace), '--set', 'image_size=32'],
  ...['--set', 'patch_size=8', '--set', 'embed_dim=16', '--set', 'depth=1', '--set', 'heads=2'],
  ...['--set', 'batch_size=4', '--set', 'workers=0', '--set', 'log_every=1', ...more],
];

describe.runIf(FAMILY !== undefined)('fine-tuning on two ranks', () => {
  it('takes the steps of one process, and evaluates once', async () => {
    const order = finetuning('tuned').filter(
      (word, i, all) => word !== '--device' && all[i - 1] !== '--device',
    );
    const { status, output } = await spawnRanks(FAMILY!, 2, [...order, '--devices', 'cpu,cpu']);
    expect(status, output).toBe(0);
    const alone = spawnSync(process.execPath, finetuning('tuned-alone'));
    expect(alone.status, String(alone.stderr)).toBe(0);
    const [two, one] = [runIn('tuned'), runIn('tuned-alone')];
    expect(two.record).toMatchObject({ status: 'done', kind: 'finetune' });
    expect(two.steps.map(({ step }) => step)).toEqual([1, 2, 3]);
    for (const [i, { loss, gradNorm }] of one.steps.entries()) {
      expect(two.steps[i]!.loss).toBeCloseTo(loss, 4);
      expect(two.steps[i]!.gradNorm / gradNorm).toBeCloseTo(1, 3);
    }
    expect(two.record).toMatchObject({
      device: 'cpu',
      ranks: [{ device: 'cpu' }, { device: 'cpu' }],
    });
    expect(two.record.expected).toMatchObject({ stepMs: expect.any(Number) });
    expect(two.speeds[0]!.ranks).toMatchObject([{ rank: 0 }, { rank: 1 }]);
    expect(two.record.ranks).toMatchObject(two.speeds.at(-1)!.ranks);
    expect(one.speeds).toEqual([]);
    expect(two.record.best!.values['loss']).toBeCloseTo(one.record.best!.values['loss']!, 4);
    expect(output.match(/Done: 3 steps/g)).toHaveLength(1);
  });

  it('is refused where a head is fitted to frozen features', async () => {
    const order = finetuning('fitted', '--mode', 'linear');
    const { status, output } = await spawnRanks(FAMILY!, 2, order);
    expect(status).not.toBe(0);
    expect(output).toMatch(/A head on frozen features cannot be shared by 2 ranks/);
  });
});

describe.runIf(FAMILY !== undefined)('pre-training on two ranks', () => {
  it('takes the steps of one process, and goes on with another number of ranks', async () => {
    const { status, output } = await spawnRanks(FAMILY!, 2, pretraining('two'));
    expect(status, output).toBe(0);
    // One rank alone prints.
    expect(output.match(/Done: 3 steps/g)).toHaveLength(1);
    const alone = spawnSync(process.execPath, pretraining('alone', '--set', 'micro_batch=4'));
    expect(alone.status, String(alone.stderr)).toBe(0);
    const [two, one] = [runIn('two'), runIn('alone')];
    expect(two.record).toMatchObject({ status: 'done', recipe: { batch_size: 8 } });
    expect(two.steps.map(({ step }) => step)).toEqual([1, 2, 3]);
    for (const [i, { loss, score, gradNorm }] of one.steps.entries()) {
      const got = two.steps[i]!;
      expect(got.loss).toBeCloseTo(loss, 4);
      expect(got.score).toBeCloseTo(score, 6);
      expect(got.gradNorm / gradNorm).toBeCloseTo(1, 4);
    }
    const longer = { ...two.record, recipe: { ...two.record.recipe, steps: 5 } };
    writeFileSync(two.file, JSON.stringify(longer));
    const resumed = spawnSync(process.execPath, [CONMIM, 'resume', two.dir]);
    expect(resumed.status, String(resumed.stderr)).toBe(0);
    expect(runIn('two').steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is refused on all ranks where the batch cannot be shared', async () => {
    const order = pretraining('uneven', '--set', 'batch_size=7');
    const { status, output } = await spawnRanks(FAMILY!, 2, order);
    expect(status).not.toBe(0);
    expect(output).toMatch(/A batch of 7 images cannot be shared evenly among 2 ranks/);
    expect(output).not.toMatch(/Error of rank 1/);
    expect(readdirSync(path.join(folder, 'uneven'))).not.toContain('runs');
  });
});
