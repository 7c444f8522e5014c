/** The studio with real engine processes on small real images. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RequestOf } from '../contract/jobs/register.ts';
import type { StudioHost } from '../contract/studio/host.ts';
import type { Job } from '../contract/studio/jobs.ts';
import type { Push } from '../contract/studio/push.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { openStudio } from './studio.ts';

let base: string;
let images: string;
let open: StudioHost[] = [];

beforeAll(async () => {
  base = mkdtempSync(path.join(os.tmpdir(), 'conmim-studio-'));
  images = path.join(base, 'images');
  for (let i = 0; i < 24; i++) await writeSmallImage(images, `${i % 3}/${i}.png`, i);
});
afterEach(async () => {
  await Promise.all(open.map((studio) => studio.close()));
  open = [];
});
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));

async function studioIn(name: string): Promise<StudioHost> {
  const studio = await openStudio({ workspace: path.join(base, name), host: 'server' });
  open.push(studio);
  return studio;
}

const tiny = (steps: number, more: Record<string, string> = {}): RequestOf<'pretrain'> => ({
  kind: 'pretrain',
  folders: [images],
  recipe: 'micro',
  settings: {
    steps: String(steps),
    batch_size: '4',
    embed_dim: '24',
    depth: '1',
    heads: '2',
    checkpoint_every: '5',
    log_every: '1',
    workers: '0',
    ...more,
  },
  device: 'cpu',
  name: `tiny-${steps}`,
});

/** The job once it satisfies `wanted`. */
async function jobWhen(
  studio: StudioHost,
  id: string,
  wanted: (job: Job) => boolean,
): Promise<Job> {
  for (;;) {
    const job = (await studio.call('jobs.list', {})).find((found) => found.id === id);
    if (job !== undefined && wanted(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const ended = (job: Job) => !['waiting', 'running'].includes(job.state);

describe('a page that names a private file as labels', () => {
  it('gets nothing of it, neither from a scan nor from a job', async () => {
    const key = path.join(base, 'key.pem');
    const words = ['hunter2', 'swordfish', 'xyzzy', 'PRIVATE'];
    writeFileSync(key, '-----BEGIN PRIVATE KEY-----\nhunter2 swordfish\nimages/x.png xyzzy\n');
    const studio = await studioIn('private');
    const told: string[] = [];
    studio.subscribe((push) => told.push(JSON.stringify(push)));
    const set = await studio.call('datasets.add', { kind: 'labelled', folders: [key] });
    await expect
      .poll(async () => (await studio.call('datasets.list', {}))[0]?.state)
      .toBe('failed');
    const job = await studio.call('jobs.submit', {
      kind: 'finetune',
      from: 'scratch',
      train: key,
      mode: 'linear',
      recipe: 'micro',
      settings: {},
      device: 'cpu',
    });
    const failed = await jobWhen(studio, job.id, ended);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'list-invalid' } });
    const log = await studio.call('jobs.log', { id: job.id, lines: 2000 });
    const recipe = path.join(base, 'token.json');
    writeFileSync(recipe, '{"hunter2": "swordfish"}');
    const [refused] = await Promise.allSettled([
      studio.call('jobs.submit', { ...tiny(1), recipe }),
    ]);
    expect(refused).toMatchObject({ reason: { code: 'recipe-invalid' } });
    const list = await studio.call('datasets.list', {});
    expect(list).toMatchObject([{ id: set.id, error: { code: 'list-invalid' } }]);
    for (const word of words)
      for (const answer of [failed, log, list, told, refused])
        expect(JSON.stringify(answer)).not.toContain(word);
  });
});

describe('a request that leaves the device to the application', () => {
  it('is meant for the preferred one, as a job and as an estimate', async () => {
    const studio = await studioIn('preferred');
    await studio.call('settings.write', { device: 'webgpu:99' });
    const request = { ...tiny(1), device: 'auto' };
    await expect(studio.call('pretrain.estimate', request)).rejects.toMatchObject({
      code: 'device-unknown',
    });
    const job = await studio.call('jobs.submit', request);
    expect(job.command).toContain('--device webgpu:99');
  });
});

describe('a training job', () => {
  it('runs in a process of its own, and its steps arrive', async () => {
    const studio = await studioIn('runs');
    const pushes: Push[] = [];
    studio.subscribe((push) => pushes.push(push));
    vi.stubEnv('CONMIM_THREADS', undefined);
    await studio.call('settings.write', { threads: 1 });
    const { id } = await studio.call('jobs.submit', tiny(12));
    const job = await jobWhen(studio, id, ended);
    vi.unstubAllEnvs();
    expect(job).toMatchObject({
      state: 'done',
      title: 'tiny-12',
      result: { type: 'done', step: 12 },
    });
    expect(job.command).toContain('conmim pretrain');
    const run = await studio.call('runs.get', { id: job.run! });
    expect(run.versions['threads']).toBe('1');
    expect(run).toMatchObject({ status: 'done', step: 12, totalSteps: 12, job: id, images: 24 });
    expect(run.checkpoints.map(({ step }) => step)).toContain(12);
    const series = await studio.call('runs.series', {
      id: job.run!,
      names: ['loss', 'score', 'dataWaitShare'],
      pieces: 100,
    });
    const waits = series.curves['dataWaitShare']!.values;
    expect(waits.length).toBe(12);
    expect(waits.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(series.curves['loss']!.steps).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(series.curves['loss']!.values.every((loss) => loss > 0)).toBe(true);
    const events = await studio.call('runs.events', { id: job.run!, offset: 0, count: 100 });
    expect(events.items[0]).toMatchObject({ type: 'done', step: 12 });
    const page = { id: job.run!, offset: 0, count: 100 };
    const trouble = await studio.call('runs.events', { ...page, trouble: true });
    expect(trouble.items).toEqual(events.items.filter(({ type }) => type === 'warning'));
    const models = await studio.call('models.list', {});
    expect(models).toMatchObject([
      { reference: job.run, kind: 'pretrained', embedDim: 24, patchSize: 4 },
    ]);
    await expect
      .poll(() => pushes.filter(({ topic }) => topic === 'run').length)
      .toBeGreaterThan(0);
  });

  it('is died when its process is killed, and goes on with resume', async () => {
    const studio = await studioIn('killed');
    const { id } = await studio.call('jobs.submit', tiny(4000));
    const job = await jobWhen(studio, id, ({ run }) => run !== undefined);
    const { dir } = await studio.call('runs.get', { id: job.run! });
    // Whichever is there: older ones are soon removed.
    const checkpoints = path.join(dir, 'checkpoints');
    const isAny = () => existsSync(checkpoints) && readdirSync(checkpoints).length > 0;
    await expect.poll(isAny).toBe(true);
    const { pid } = JSON.parse(readFileSync(path.join(dir, 'lock'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    const dead = await jobWhen(studio, id, ended);
    expect(dead).toMatchObject({ state: 'died', error: { code: 'job-died' } });
    const run = await studio.call('runs.get', { id: job.run! });
    expect(run.status).toBe('died');
    expect(run.lastLines!.join('\n')).toContain('4,000 steps');

    const resumed = await studio.call('jobs.submit', { kind: 'resume', run: job.run! });
    await jobWhen(studio, resumed.id, ({ run: id }) => id === job.run);
    await studio.call('jobs.stop', { id: resumed.id });
    expect((await jobWhen(studio, resumed.id, ended)).state).toBe('stopped');
    expect((await studio.call('runs.get', { id: job.run! })).status).toBe('stopped');
  });

  it('outlives its studio, and the next one finds it', async () => {
    const first = await studioIn('outlived');
    const { id } = await first.call('jobs.submit', tiny(4000));
    await jobWhen(first, id, ({ run }) => run !== undefined);
    await first.close();
    const second = await studioIn('outlived');
    const found = await jobWhen(second, id, ({ state }) => state === 'running');
    const before = (
      await second.call('runs.series', { id: found.run!, names: ['loss'], pieces: 10 })
    ).points;
    await expect
      .poll(
        async () =>
          (await second.call('runs.series', { id: found.run!, names: ['loss'], pieces: 10 }))
            .points,
      )
      .toBeGreaterThan(before);
    await second.call('runs.control', { id: found.run!, command: 'pause' });
    await expect
      .poll(async () => (await second.call('runs.get', { id: found.run! })).status)
      .toBe('paused');
    await second.call('jobs.stop', { id });
    expect((await jobWhen(second, id, ended)).state).toBe('stopped');
  });
});

describe('the queue', () => {
  it('runs one job a device, in the order that its user gives', async () => {
    const studio = await studioIn('queue');
    const first = await studio.call('jobs.submit', tiny(4000));
    const second = await studio.call('jobs.submit', tiny(6));
    const third = await studio.call('jobs.submit', tiny(7));
    const fourth = await studio.call('jobs.submit', tiny(8));
    await studio.call('jobs.move', { id: third.id, before: second.id });
    await studio.call('jobs.stop', { id: fourth.id });
    const waiting = (await studio.call('jobs.list', {})).filter(({ state }) => state === 'waiting');
    expect(waiting.map(({ id }) => id)).toEqual([third.id, second.id]);
    await jobWhen(studio, first.id, ({ run }) => run !== undefined);
    await studio.call('jobs.stop', { id: first.id });
    const [a, b] = [
      await jobWhen(studio, third.id, ended),
      await jobWhen(studio, second.id, ended),
    ];
    expect([a.state, b.state]).toEqual(['done', 'done']);
    expect(a.endedAt! <= b.startedAt!).toBe(true);
    expect((await jobWhen(studio, fourth.id, ended)).state).toBe('stopped');
    await studio.call('jobs.forget', { id: fourth.id });
    expect((await studio.call('jobs.list', {})).map(({ id }) => id)).not.toContain(fourth.id);
  });

  it('is run by one studio at a time, and taken over', async () => {
    const first = await studioIn('shared');
    const second = await studioIn('shared');
    expect((await first.call('app.info', {})).runsQueue).toBe(true);
    expect((await second.call('app.info', {})).runsQueue).toBe(false);
    const { id } = await second.call('jobs.submit', tiny(6));
    expect((await jobWhen(first, id, ended)).state).toBe('done');
    expect((await jobWhen(second, id, ended)).state).toBe('done');
    await first.close();
    await expect.poll(async () => (await second.call('app.info', {})).runsQueue).toBe(true);
  });

  it('refuses what cannot work before it waits', async () => {
    const studio = await studioIn('refused');
    await expect(studio.call('jobs.submit', tiny(5, { patch_size: '7' }))).rejects.toMatchObject({
      code: 'recipe-invalid',
      details: { field: 'patch_size' },
    });
    await expect(
      studio.call('jobs.submit', { ...tiny(5), folders: [path.join(base, 'nowhere')] }),
    ).rejects.toMatchObject({ code: 'path-missing' });
    expect(await studio.call('jobs.list', {})).toEqual([]);
  });

  it('says why a job failed', async () => {
    const studio = await studioIn('failed');
    const { id } = await studio.call('jobs.submit', { ...tiny(5), device: 'abacus' });
    const job = await jobWhen(studio, id, ended);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'device-unknown' } });
    expect(job.lastLines!.join('\n')).toContain('abacus');
  });
});
