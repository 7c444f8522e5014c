/** The studio with a real engine process on a real disk that is full. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RequestOf } from '../contract/jobs/register.ts';
import type { StudioHost } from '../contract/studio/host.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { smallDisk } from '../disk/testing/small-disk.ts';
import { openStudio } from './studio.ts';

const disk = smallDisk(64, 2000);
const where = typeof disk === 'string' ? `(not run: ${disk})` : '';

describe.skipIf(typeof disk === 'string')(`a studio on a full disk ${where}`, () => {
  if (typeof disk === 'string') return;
  let images: string;
  let studio: StudioHost | undefined;
  beforeAll(async () => {
    images = mkdtempSync(path.join(os.tmpdir(), 'conmim-images-'));
    for (let i = 0; i < 12; i++) await writeSmallImage(images, `${i}.png`, i);
  });
  afterEach(async () => {
    await studio?.close();
    disk.empty();
  });
  afterAll(() => {
    disk.dispose();
    rmSync(images, { recursive: true, force: true });
  });

  const openIn = async (name: string) => {
    studio = await openStudio({ workspace: path.join(disk.dir, name), host: 'server' });
    return studio;
  };
  /** A training that goes on meanwhile would give up what it keeps free, and lose that as well. */
  const fillWhileHeld = (workspace: string, run: string, fill: () => void) => {
    const record = path.join(disk.dir, workspace, 'runs', run, 'run.json');
    const { pid } = JSON.parse(readFileSync(record, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGSTOP');
    try {
      fill();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  };
  const tiny: RequestOf<'pretrain'> = {
    kind: 'pretrain',
    folders: [],
    recipe: 'micro',
    device: 'cpu',
    name: 'tiny',
    settings: {
      steps: '100000',
      batch_size: '4',
      embed_dim: '24',
      depth: '1',
      heads: '2',
      checkpoint_every: '5',
      log_every: '1',
      workers: '0',
    },
  };
  const eventually = (value: () => Promise<unknown>) => expect.poll(value, { interval: 200 });

  it.each([
    ['space', () => disk.fillBytes()],
    ['room for files', () => disk.fillFiles()],
  ])(
    'opens without %s, says what cannot be kept, and goes on once there is room',
    async (name, fill) => {
      await (await openIn(name)).close();
      fill();
      const opened = await openIn(name);
      expect(await opened.call('jobs.list', {})).toEqual([]);
      expect(await opened.call('app.info', {})).toMatchObject({ runsQueue: false });
      await expect(opened.call('settings.write', { threads: 1 })).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining('settings.json'),
      });
      await expect(
        opened.call('jobs.submit', { ...tiny, folders: [images] }),
      ).rejects.toMatchObject({
        code: 'disk-full',
      });
      await expect(
        opened.call('datasets.add', { kind: 'images', folders: [images] }),
      ).rejects.toMatchObject({ code: 'disk-full' });
      expect(await opened.call('datasets.list', {})).toEqual([]);
      expect(readdirSync(path.join(disk.dir, name, 'jobs'))).toEqual([]);
      disk.empty();
      await eventually(async () => (await opened.call('app.info', {})).runsQueue).toBe(true);
    },
  );

  it.each([
    ['space', () => disk.fillBytes()],
    ['room for files', () => disk.fillFiles()],
  ])('tells of a job that ends without %s why it ended', async (name, fill) => {
    const opened = await openIn(`ending-${name}`);
    const { id } = await opened.call('jobs.submit', { ...tiny, folders: [images] });
    const job = async () => (await opened.call('jobs.list', {})).find((found) => found.id === id);
    await eventually(async () => (await job())?.run).toBeDefined();
    const run = async () => opened.call('runs.get', { id: (await job())!.run! });
    await eventually(async () => (await run()).step).toBeGreaterThan(5);
    fillWhileHeld(`ending-${name}`, (await run()).id, fill);
    await eventually(run).toMatchObject({ status: 'paused', reason: { code: 'disk-full' } });
    await opened.call('jobs.stop', { id });
    const state = expect.stringMatching(/^(failed|stopped)$/);
    await eventually(job).toMatchObject({ state, error: { code: 'disk-full' } });
  });

  it('shows why a training waits, and that it goes on', async () => {
    const opened = await openIn('training');
    const { id } = await opened.call('jobs.submit', { ...tiny, folders: [images] });
    const job = async () => (await opened.call('jobs.list', {})).find((found) => found.id === id);
    const run = async () => opened.call('runs.get', { id: (await job())!.run! });
    await eventually(async () => (await job())?.run !== undefined && (await run()).step >= 5).toBe(
      true,
    );
    fillWhileHeld('training', (await run()).id, () => disk.fillBytes());
    await eventually(run).toMatchObject({ status: 'paused', reason: { code: 'disk-full' } });
    const { run: runId } = (await job())!;
    expect(await job()).toMatchObject({ state: 'running' });
    disk.empty();
    await opened.call('runs.control', { id: runId!, command: 'resume' });
    await eventually(async () => (await run()).status).toBe('running');
    await opened.call('jobs.stop', { id });
    await eventually(job).toMatchObject({ state: 'stopped' });
    expect(await run()).toMatchObject({ status: 'stopped' });
  });
});
