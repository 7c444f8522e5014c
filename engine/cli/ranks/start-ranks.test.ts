/** `conmim pretrain --ranks`, with the launchers of this machine. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MpiFamily } from '../../collectives/launched.ts';
import { launcherOf } from '../../collectives/testing/run-ranks.ts';
import type { RankMember } from '../../collectives/watch/member.ts';
import { settingOptions } from '../../contract/jobs/fields.ts';
import { writeSampleJpegs } from '../../data/testing/sample-jpegs.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { follow, startConmim } from '../testing/real-process.ts';

const SMALL = {
  ...{ image_size: 16, patch_size: 4, embed_dim: 24, depth: 1, heads: 3, batch_size: 4 },
  ...{ mlp_dim: 32, proj_dim: 16, mask_cell: 8, workers: 0, warmup_epochs: 0, log_every: 1 },
  ...{ learning_measures: 'false' },
};

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-start-ranks-'));
  await writeSampleJpegs(path.join(folder, 'images'), 12);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HERE = (['open-mpi', 'mpich'] as const).filter((family) => launcherOf(family) !== undefined);

/** Start two ranks, with the temporary files of the command in a folder of this test. */
function pretrain(family: MpiFamily, workspace: string, ...more: string[]) {
  const temporary = path.join(folder, `${workspace}-tmp`);
  const launcher = path.join(temporary, 'bin');
  mkdirSync(launcher, { recursive: true });
  const order = ['pretrain', '--data', path.join(folder, 'images'), '--recipe', 'micro'];
  const args = [...order, '--device', 'cpu', '--steps', '5000', '--ranks', '2'];
  const child = startConmim(
    path.join(folder, workspace),
    [...args, ...settingOptions(SMALL), ...more],
    { TMPDIR: temporary, CONMIM_MPIRUN: launcherOf(family)! },
  );
  const memberOf = (rank: number) => {
    const [name] = readdirSync(temporary).filter((each) => each.startsWith('conmim-ranks-'));
    const file = path.join(temporary, name!, `rank-${rank}.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as RankMember;
  };
  return { child, memberOf };
}

describe.each(HERE)('ranks that a command starts, over %s', (family) => {
  it('print and save as one process does, and end by a signal', async () => {
    const { child } = pretrain(family, `${family}-stop`);
    const { code, signal, lines, errors } = await follow(child, ({ type, step }) => {
      if (type === 'step' && step === 3) child.kill('SIGINT');
    });
    expect([code, signal], errors).toEqual([130, null]);
    const runs = lines.filter(({ type }) => type === 'run');
    expect(runs).toHaveLength(1);
    const steps = lines.filter(({ type }) => type === 'step').map(({ step }) => step);
    expect(steps).toEqual(steps.map((_, i) => i + 1));
    const { dir } = runs[0]!;
    const record = JSON.parse(readFileSync(path.join(dir!, 'run.json'), 'utf8')) as RunRecord;
    expect(record).toMatchObject({ status: 'stopped', reason: { code: 'interrupted' } });
    expect(errors).not.toMatch(/mpirun|BAD TERMINATION|PRIMARY JOB/i);
  });

  it('end together when one is killed, and name it', async () => {
    const { child, memberOf } = pretrain(family, `${family}-killed`);
    let lost: RankMember | undefined;
    const { code, lines, errors } = await follow(child, ({ type, step }) => {
      if (type !== 'step' || step !== 3) return;
      lost = memberOf(1);
      process.kill(lost.pid, 'SIGKILL');
    });
    expect(code, errors).toBe(1);
    expect(lost, errors).toBeDefined();
    expect(lines.at(-1)).toMatchObject({ type: 'error', code: 'rank-lost', details: lost! });
    expect(errors).not.toMatch(/debugger/i);
  });
});

/** A launcher that ends as MPICH's does when a rank is lost, a second before the other rank tells. */
const HASTY = `#!/bin/sh
if [ "$1" = --version ]; then printf 'HYDRA build details:\\n    Version: 4.0.2\\n'; exit; fi
cd "$CONMIM_RANK_FOLDER"
(sleep 1; echo '{"exitCode":3}' > told; mv told result.json) > /dev/null 2>&1 &
echo "{\\"rank\\":0,\\"host\\":\\"a\\",\\"pid\\":$!}" > rank-0.json
echo 'YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)'
`;

describe.runIf(HERE.length > 0)('ranks that a command starts', () => {
  it('tell how they ended though their launcher is gone, which is not passed on', async () => {
    const launcher = path.join(folder, 'hasty');
    writeFileSync(launcher, HASTY, { mode: 0o755 });
    const order = ['pretrain', '--data', folder, '--ranks', '2'];
    const child = startConmim(path.join(folder, 'hasty-ws'), order, { CONMIM_MPIRUN: launcher });
    const { code, lines, errors } = await follow(child, () => {});
    expect([code, lines, errors]).toEqual([3, [], '']);
  });

  it('end within the limit when one is frozen, and name it', async () => {
    const { child, memberOf } = pretrain(HERE[0]!, 'frozen', '--rank-timeout', '2');
    let frozen: RankMember | undefined;
    const { code, lines, errors } = await follow(child, ({ type, step }) => {
      if (type !== 'step' || step !== 3) return;
      frozen = memberOf(1);
      process.kill(frozen.pid, 'SIGSTOP');
    });
    expect(code, errors).toBe(1);
    expect(lines.at(-1)).toMatchObject({
      code: 'rank-lost',
      message: expect.stringMatching(/^Rank 1 on .+ has not responded for 2 s\.$/),
      details: frozen,
    });
    const { dir } = lines.find(({ type }) => type === 'run')!;
    const record = JSON.parse(readFileSync(path.join(dir!, 'run.json'), 'utf8')) as RunRecord;
    expect(record).toMatchObject({ status: 'failed', reason: { code: 'rank-lost' } });
  });
});
