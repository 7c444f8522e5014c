/** A workspace of 0.1.0 goes on working: it is opened, resumed, judged, compared and exported. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifierEvaluationSchema } from '../contract/studio/evaluations.ts';
import type { StudioHost } from '../contract/studio/host.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { openStudio } from '../studio/studio.ts';
import { type OldWorkspace, unpackOldWorkspace } from './testing/old-workspace.ts';
import { follow, type Line, startConmim } from './testing/real-process.ts';

let folder: string;
let old: OldWorkspace;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-old-'));
  old = await unpackOldWorkspace(path.join(folder, 'old'));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

/** The last JSON line of a command that succeeds, and all of them. */
async function conmim(...args: string[]): Promise<{ last: Line & Scores; lines: Line[] }> {
  const { code, lines, errors } = await follow(startConmim(old.workspace, args));
  expect(code, errors).toBe(0);
  return { last: lines.at(-1) as Line & Scores, lines };
}

interface Scores {
  readonly top1: number;
  readonly n: number;
}

describe('the runs', () => {
  it('are listed as they ended', async () => {
    const { lines } = await conmim('runs');
    const named = lines.map((line) => {
      const { name, status, step } = line as Line & { name: string };
      return [name, status, step];
    });
    expect(named).toContainEqual(['shapes', 'done', 12]);
    expect(named).toContainEqual(['shapes-stopped', 'stopped', 39]);
    expect(named).toContainEqual(['shapes-classes', 'done', 8]);
    expect(named).toContainEqual(['shapes-probe', 'done', 1]);
    expect(named).toHaveLength(6);
  });

  it('resume where they were stopped, with the losses of 0.1.0', async () => {
    const child = startConmim(old.workspace, ['resume', 'shapes-stopped']);
    const { code, lines, errors } = await follow(child, ({ type, step }) => {
      if (type === 'step' && step === 60) child.kill('SIGINT');
    });
    expect(code, errors).toBe(130);
    const lossAt = (step: number) =>
      lines.find((line) => line.type === 'step' && line.step === step)?.loss;
    expect(lossAt(40)).toBeCloseTo(4.066442966461182, 4);
    expect(lossAt(41)).toBeCloseTo(3.9435853958129883, 4);
    expect(lossAt(60)).toBeCloseTo(3.644367218017578, 2);
  });

  it('are evaluated as by 0.1.0', async () => {
    const data = path.join(old.images, 'val');
    const tuned = await conmim('evaluate', '--model', 'shapes-classes', '--data', data);
    expect(tuned.last).toMatchObject({ type: 'metrics', top1: 1, n: 8 });
    expect(tuned.last.loss).toBeCloseTo(0.6498848739326567, 4);
    const probe = await conmim('evaluate', '--model', 'shapes-probe', '--data', data);
    expect(probe.last).toMatchObject({ type: 'metrics', top1: 1, n: 8 });
    expect(probe.last.loss).toBeCloseTo(0, 4);
  });

  it('are exported with the same numbers', async () => {
    const out = path.join(folder, 'again.safetensors');
    await conmim('export', 'shapes', '--format', 'safetensors', '--out', out);
    const [before, after] = await Promise.all([readSafetensors(old.weights), readSafetensors(out)]);
    expect([...after.tensors.keys()]).toEqual([...before.tensors.keys()]);
    for (const [name, tensor] of after.tensors) {
      expect(tensor, name).toEqual(before.tensors.get(name));
    }
  });
});

it('an imported model is used as it was', async () => {
  const { last } = await conmim(
    ...['knn', '--from', path.join(old.workspace, 'models', 'shapes-imported'), '--k', '3'],
    ...['--train', path.join(old.images, 'train'), '--val', path.join(old.images, 'val')],
  );
  expect(last).toMatchObject({ type: 'metrics', top1: 1, n: 8 });
});

describe('the application', () => {
  let studio: StudioHost;
  beforeAll(async () => {
    studio = await openStudio({ workspace: old.workspace, host: 'server' });
  });
  afterAll(() => studio.close());

  it('shows the jobs, each with its result', async () => {
    const jobs = await studio.call('jobs.list', {});
    expect(jobs.map(({ request, state }) => `${request.kind} ${state}`).sort()).toEqual(
      [
        ...['compare done', 'evaluate done', 'export done', 'finetune done', 'finetune done'],
        ...['import done', 'knn done', 'pretrain done', 'pretrain stopped'],
      ].sort(),
    );
  });

  it('shows data sets with their health reports, runs, models and evaluations', async () => {
    const sets = await studio.call('datasets.list', {});
    expect(sets.map(({ name, state }) => `${name}: ${state}`).sort()).toEqual([
      'Shapes with labels: ready',
      'Shapes: ready',
    ]);
    expect(sets[0]!.report).toMatchObject({ images: 24 });
    const runs = await studio.call('runs.list', { offset: 0, count: 50 });
    expect(runs.total).toBe(6);
    const stopped = runs.items.find(({ name }) => name === 'shapes')!;
    const names = ['loss'] as const;
    const series = await studio.call('runs.series', {
      id: stopped.id,
      names: [...names],
      pieces: 100,
    });
    expect(JSON.stringify(series)).toContain('loss');
    const models = await studio.call('models.list', {});
    expect(models.map(({ name }) => name)).toContain('shapes-imported');
    const jobs = await studio.call('jobs.list', {});
    const job = jobs.find(({ request }) => request.kind === 'evaluate')!;
    const evaluation = await studio.call('evaluations.get', { job: job.id });
    expect(evaluation).toMatchObject({ images: 8, classes: ['rings', 'stripes'] });
    expect(evaluation).toMatchObject({ task: 'classify', values: { top1: 1 } });
    expect(classifierEvaluationSchema.parse(evaluation).top1.value).toBe(1);
  });

  it('continues a comparison without repeating a training', async () => {
    const jobs = await studio.call('jobs.list', {});
    const { request } = jobs.find((job) => job.request.kind === 'compare')!;
    if (request.kind !== 'compare') throw new Error('It is no comparison.');
    const job = jobs.find((found) => found.request === request)!;
    const out = path.join(old.workspace, 'jobs', job.id, 'results');
    const written = () =>
      ['compare.csv', 'compare.md', 'compare-full.svg'].map((name) =>
        readFileSync(path.join(out, name), 'utf8'),
      );
    // The meaning of a table of one seed is said in other words since.
    const [meaning, now] = [
      'A gain whose interval leaves out 0 is more than chance.',
      'With one seed a gain may be chance.',
    ] as const;
    expect(readFileSync(path.join(out, 'compare.md'), 'utf8')).toContain(meaning);
    const before = written().map((text) => text.replace(meaning, now));
    const { last, lines } = await conmim(
      ...['compare', '--from', 'shapes', '--train', request.train, '--val', request.val!],
      ...['--fractions', '0.5', '--seeds', '1', '--mode', 'full', '--device', 'cpu'],
      ...Object.entries(request.settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
      ...['--out', out],
    );
    expect(last.type).toBe('comparison');
    expect(written()).toEqual(before);
    const { results } = JSON.parse(readFileSync(path.join(out, 'compare.json'), 'utf8'));
    expect(results[0]).toMatchObject({ right: expect.any(String), top1: expect.any(Number) });
    expect(lines.filter(({ type }) => type === 'step')).toEqual([]);
    expect((await studio.call('runs.list', { offset: 0, count: 50 })).total).toBe(6);
  });
});
