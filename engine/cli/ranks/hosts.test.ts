/** Training on two hosts, whose link is cut. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MpiFamily } from '../../collectives/launched.ts';
import { networkHosts } from '../../collectives/testing/network-hosts.ts';
import { launcherOf } from '../../collectives/testing/run-ranks.ts';
import { settingOptions } from '../../contract/jobs/fields.ts';
import { writeSampleJpegs } from '../../data/testing/sample-jpegs.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { follow, type Line } from '../testing/real-process.ts';

const SMALL = {
  ...{ image_size: 16, patch_size: 4, embed_dim: 24, depth: 1, heads: 3, batch_size: 4 },
  ...{ mlp_dim: 32, proj_dim: 16, mask_cell: 8, workers: 0, warmup_epochs: 0, log_every: 1 },
  ...{ learning_measures: 'false', sync_batchnorm: 'true', checkpoint_every: 3, steps: 100 },
};
/** Only ends what hangs: a launcher whose host is cut off may wait for ever. */
const HANGS_MS = 5 * 60_000;
/** One of the libraries: rank-failures.test.ts takes the other one, where both are here. */
const HERE = (['open-mpi', 'mpich'] as const)
  .filter((family) => launcherOf(family) !== undefined)
  .slice(0, 1);
const hosts = networkHosts();
const where = typeof hosts === 'string' ? ` (not run: ${hosts})` : '';

let folder: string;
let pretraining: string[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-hosts-test-'));
  const images = path.join(folder, 'images');
  await writeSampleJpegs(images, 12);
  pretraining = ['pretrain', '--data', images, '--recipe', 'micro', '--device', 'cpu'];
  pretraining.push(...settingOptions(SMALL));
});
afterAll(() => {
  if (typeof hosts !== 'string') hosts.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const conmim = (workspace: string, args: readonly string[]) => [
  ...[process.execPath, packagedFile('build/conmim.mjs'), ...args],
  ...['--workspace', path.join(folder, workspace), '--json'],
];
const runIn = (workspace: string) => {
  const runs = path.join(folder, workspace, 'runs');
  return path.join(runs, readdirSync(runs)[0]!);
};
const lossesIn = (workspace: string) => {
  const events = readFileSync(path.join(runIn(workspace), 'events.jsonl'), 'utf8').trim();
  const steps = events.split('\n').map((line) => JSON.parse(line) as Line);
  return steps.filter(({ type }) => type === 'step').map(({ loss }) => loss!);
};

describe.skipIf(typeof hosts === 'string' || HERE.length === 0)(`two hosts${where}`, () => {
  if (typeof hosts === 'string') return;
  function onHosts(family: MpiFamily, workspace: string, args: readonly string[]) {
    const command = conmim(workspace, [...args, '--rank-timeout', '2']);
    const [agent, ...rest] = (hosts as Exclude<typeof hosts, string>).mpirun(
      ...([family, launcherOf(family)!, command] as const),
    );
    const env = {
      ...process.env,
      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
      OMPI_ALLOW_RUN_AS_ROOT: '1',
    };
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    return spawn(agent!, rest, { stdio, env, timeout: HANGS_MS, killSignal: 'SIGKILL' });
  }

  it.each(HERE)(
    'end when their link is cut, and go on as one process would, over %s',
    async (family) => {
      const workspace = `${family}-cut`;
      const cut = onHosts(family, workspace, pretraining);
      const { lines, errors } = await follow(cut, ({ type, step }) => {
        if (type === 'step' && step === 4) hosts.setLink('down');
        // Open MPI's mpirun waits for its other host for minutes after the ranks have ended.
        if (type === 'error' && family === 'open-mpi') hosts.endAll();
      });
      hosts.setLink('up');
      expect(
        lines.find(({ type }) => type === 'ranks'),
        errors,
      ).toMatchObject({
        ranks: hosts.names.map((host, rank) => ({ rank, host })),
      });
      expect(
        lines.find(({ type }) => type === 'error'),
        errors,
      ).toMatchObject({
        code: 'rank-lost',
        message: expect.stringMatching(/^Rank 1 on .+ has not responded for 2 s\.$/),
        advice: expect.stringMatching(/resume the run/),
        details: { rank: 1, host: hosts.names[1] },
      });
      const resumed = await follow(onHosts(family, workspace, ['resume', runIn(workspace)]));
      expect(resumed.code, resumed.errors).toBe(0);
      const [{ step: first }] = resumed.lines.filter(({ type }) => type === 'step') as [Line];
      expect([first! > 3, first! % 3]).toEqual([true, 1]);
      const [command, ...args] = conmim(`${family}-whole`, pretraining);
      expect(spawnSync(command!, args).status).toBe(0);
      const [losses, whole] = [lossesIn(workspace), lossesIn(`${family}-whole`)];
      expect(losses).toHaveLength(100);
      for (const [i, loss] of whole.entries()) expect(losses[i]).toBeCloseTo(loss, 4);
    },
  );
});
