import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkResumable, PROBE_FILE } from './resumable.ts';
import { RunFolder } from './run-folder.ts';
import type { RunRecord } from './run-record.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-resumable-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const labelled = {
  train: '/data/my train',
  val: '/data/val',
  valFraction: 0.1,
  fraction: 1,
  splitSeed: 0,
  fractionSeed: 0,
  pretrainedOn: [],
  leaveOutLeaks: false,
};
async function runOf(over: Partial<RunRecord>, checkpoints: readonly number[] = []) {
  const run = await RunFolder.create(workspace, {
    name: 'Mine',
    kind: 'pretrain',
    totalSteps: 9,
    device: 'cpu',
    recipe: {},
    versions: {},
    dataset: { folders: ['/images'], images: 1, fingerprint: '' },
    ...over,
  });
  if (over.status !== undefined) await run.update({ status: over.status });
  for (const step of checkpoints)
    mkdirSync(path.join(run.checkpointsDir, String(step)), { recursive: true });
  return run;
}
const finetune = { kind: 'finetune', labelled, from: 'teacher of r1, step 40' } as const;

describe('resuming', () => {
  it.each([
    ['a pre-training that began by chance, killed before its first checkpoint', {}, []],
    ['a run with checkpoints', finetune, [0, 5]],
    ['a continued pre-training with checkpoints', { from: 'r0, step 7' }, [0]],
  ] as const)('%s is possible', async (_, over, checkpoints) => {
    await checkResumable(await runOf({ ...over, status: 'running' }, checkpoints));
  });

  it('a fine-tuning killed before its first checkpoint says so, and how to begin again', async () => {
    await expect(
      checkResumable(await runOf({ ...finetune, status: 'running' })),
    ).rejects.toMatchObject({
      code: 'nothing-to-resume',
      message: expect.stringMatching(/^The run .* ended before its first checkpoint was saved/),
      advice:
        'Start it again with: conmim finetune --train "/data/my train" --val /data/val, with --from for what it started from (teacher of r1, step 40).',
    });
  });

  it('a continued pre-training without a checkpoint does not begin from chance instead', async () => {
    await expect(
      checkResumable(await runOf({ from: 'r0, step 7', status: 'running' })),
    ).rejects.toMatchObject({
      code: 'nothing-to-resume',
      advice: expect.stringContaining('conmim pretrain --data /images, with --from'),
    });
  });

  it('a linear probe that is complete says so, and what it is good for', async () => {
    const run = await runOf({ ...finetune, status: 'done' }, [1]);
    writeFileSync(path.join(run.dir, PROBE_FILE), '{}');
    await expect(checkResumable(run)).rejects.toMatchObject({
      code: 'nothing-to-resume',
      message: expect.stringContaining('is a linear probe and is complete'),
      advice: expect.stringContaining(`conmim evaluate --model ${run.record.id}`),
    });
  });

  it('a linear probe that was killed is to be made again', async () => {
    await expect(
      checkResumable(await runOf({ ...finetune, probe: true }, [1])),
    ).rejects.toMatchObject({
      code: 'nothing-to-resume',
      message: expect.stringContaining('ended before it was complete'),
      advice: expect.stringContaining('conmim finetune --mode linear --train'),
    });
  });
});
