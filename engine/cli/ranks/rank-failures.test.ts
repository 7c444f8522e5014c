/** Ranks that are frozen or killed, users who do not wait, and disks without room. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launcherOf } from '../../collectives/testing/run-ranks.ts';
import type { RankMember } from '../../collectives/watch/member.ts';
import { settingOptions } from '../../contract/jobs/fields.ts';
import { writeSampleJpegs } from '../../data/testing/sample-jpegs.ts';
import { smallDisk } from '../../disk/testing/small-disk.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { follow, type Line, startConmim } from '../testing/real-process.ts';

const SMALL = {
  ...{ image_size: 16, patch_size: 4, embed_dim: 24, depth: 1, heads: 3, batch_size: 8 },
  ...{ mlp_dim: 32, proj_dim: 16, mask_cell: 8, workers: 0, warmup_epochs: 0, log_every: 1 },
  ...{ learning_measures: 'false', sync_batchnorm: 'true', checkpoint_every: 3, steps: 12 },
};
const LAUNCHER = launcherOf('mpich') ?? launcherOf('open-mpi');

let folder: string;
let pretraining: string[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-rank-failures-'));
  const images = path.join(folder, 'images');
  await writeSampleJpegs(images, 16);
  pretraining = ['pretrain', '--data', images, '--recipe', 'micro', '--device', 'cpu'];
  pretraining.push(...settingOptions(SMALL));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let started = 0;
/** @param temporary where the command keeps its own files */
function start(
  workspace: string,
  args: readonly string[],
  temporary = path.join(folder, `tmp-${started++}`),
) {
  mkdirSync(temporary, { recursive: true });
  const env = { TMPDIR: temporary, CONMIM_MPIRUN: LAUNCHER! };
  const child = startConmim(workspace, args, env);
  const memberOf = (rank: number) => {
    const [name] = readdirSync(temporary).filter((each) => each.startsWith('conmim-ranks-'));
    const file = path.join(temporary, name!, `rank-${rank}.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as RankMember;
  };
  return { child, memberOf };
}

const recordIn = (dir: string) =>
  JSON.parse(readFileSync(path.join(dir, 'run.json'), 'utf8')) as RunRecord;
const lossesOf = (dir: string) => {
  const events = readFileSync(path.join(dir, 'events.jsonl'), 'utf8').trim().split('\n');
  const steps = events
    .map((line) => JSON.parse(line) as Line)
    .filter(({ type }) => type === 'step');
  return new Map(steps.map(({ step, loss }) => [step!, loss!]));
};

describe.runIf(LAUNCHER !== undefined)('a run on ranks', () => {
  it('goes on with fewer of them after each loss, as if it had never been cut', async () => {
    const workspace = path.join(folder, 'cut');
    const four = start(workspace, [...pretraining, '--ranks', '4', '--rank-timeout', '3']);
    let frozen: RankMember | undefined;
    const first = await follow(four.child, ({ type, step }) => {
      if (type !== 'step' || step !== 4) return;
      frozen = four.memberOf(0);
      process.kill(frozen.pid, 'SIGSTOP');
    });
    expect(first.code, first.errors).toBe(1);
    expect(first.lines.at(-1)).toMatchObject({
      code: 'rank-lost',
      message: expect.stringMatching(/^Rank 0 on .+ has not responded for 3 s\.$/),
      advice: expect.stringMatching(/resume the run, on fewer ranks/),
      details: frozen!,
    });
    const dir = first.lines.find(({ type }) => type === 'run')!.dir!;

    // Nobody would end it: there is no limit, and a frozen rank cannot save.
    const two = start(workspace, ['resume', dir, '--ranks', '2', '--rank-timeout', '0']);
    const second = await follow(two.child, async ({ type, step }) => {
      if (type !== 'step' || step !== 8) return;
      process.kill(two.memberOf(1).pid, 'SIGSTOP');
      two.child.kill('SIGINT');
      // One that comes at once is taken for the same.
      await sleep(1000);
      two.child.kill('SIGINT');
    });
    expect([second.code, second.signal], second.errors).toEqual([130, null]);
    expect(second.errors).not.toMatch(/BAD TERMINATION|PRIMARY JOB|EXIT STRING/i);
    const resumed = second.lines.filter(({ type }) => type === 'step').map(({ step }) => step);
    expect(resumed[0]).toBe(4);

    const last = await follow(start(workspace, ['resume', dir]).child);
    expect(last.code, last.errors).toBe(0);
    expect(last.lines.find(({ type }) => type === 'step')?.step).toBe(7);
    const whole = await follow(start(path.join(folder, 'whole'), pretraining).child);
    expect(whole.code, whole.errors).toBe(0);
    const expected = lossesOf(whole.lines.find(({ type }) => type === 'run')!.dir!);
    const losses = lossesOf(dir);
    expect([...losses.keys()]).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    for (const [step, loss] of expected) expect(losses.get(step)).toBeCloseTo(loss, 4);
  });

  const disks = [smallDisk(), smallDisk()] as const;
  const [runs, temporary] = disks;
  const missing = disks.find((disk) => typeof disk === 'string');
  afterAll(() => {
    for (const disk of disks) if (typeof disk !== 'string') disk.dispose();
  });
  const where = missing === undefined ? '' : ` (not run: ${missing})`;

  it.skipIf(missing !== undefined)(`waits for room and tells how it ended${where}`, async () => {
    if (typeof runs === 'string' || typeof temporary === 'string') return;
    const order = [...pretraining, '--ranks', '2'];
    const { child } = start(path.join(runs.dir, 'ws'), order, path.join(temporary.dir, 'tmp'));
    const { code, lines, errors } = await follow(child, ({ type, step, status }) => {
      if (type === 'step' && step === 3) {
        runs.fillBytes();
        // No rank and no launcher needs more there, and it stays full.
        temporary.fillBytes();
      }
      if (type === 'status' && status === 'paused') runs.empty();
    });
    expect(code, errors).toBe(0);
    expect(lines.filter(({ type }) => type === 'status')).toMatchObject(
      ['running', 'paused', 'running', 'done'].map((status) => ({ status })),
    );
    const { dir } = lines.find(({ type }) => type === 'run')!;
    expect([...lossesOf(dir!).keys()]).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(recordIn(dir!)).toMatchObject({ status: 'done', step: 12 });
  });

  it.skipIf(missing !== undefined)(
    `does not begin without room for its ranks${where}`,
    async () => {
      if (typeof temporary === 'string') return;
      temporary.fillBytes();
      temporary.fillFiles();
      const order = [...pretraining, '--ranks', '2'];
      const workspace = path.join(folder, 'no-room');
      const { code, lines } = await follow(start(workspace, order, temporary.dir).child);
      expect(code).toBe(1);
      expect(lines.at(-1)).toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining(temporary.dir),
      });
    },
  );
});
