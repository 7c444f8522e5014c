/** Fill the workspace of the pictures by the jobs that a user would start. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { JobRequest } from '../../engine/contract/jobs/register.ts';
import type { Job } from '../../engine/contract/studio/jobs.ts';
import { callStudio, stepsOf } from '../call-studio.ts';
import { contentOf, jobsOf, killedRun, watchedRun } from './content.ts';

const POLL_MS = 500;

/** Steps after which runs are stopped and killed. */
const STOPPED_AFTER = 900;
const KILLED_AFTER = 60;

export async function fillWorkspace(page: Page, home: string): Promise<void> {
  const content = contentOf(home);
  await addDatasets(page, home);
  await leave(page, watchedRun(content), STOPPED_AFTER, async ({ id }) => {
    await callStudio(page, 'jobs.stop', { id });
  });
  for (const request of jobsOf(content)) {
    const { id } =
      (await jobLike(page, request)) ?? (await callStudio(page, 'jobs.submit', request));
    await until(async () => {
      const { state, error } = await jobOf(page, id);
      if (state === 'failed' || state === 'died') throw new Error(error?.message);
      return state === 'done';
    });
  }
  await leave(page, killedRun(content), KILLED_AFTER, async ({ id }) => {
    const lock = path.join(home, 'ConMIM', 'jobs', id, 'lock');
    process.kill((JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }).pid, 'SIGKILL');
  });
}

export async function addDatasets(page: Page, home: string): Promise<void> {
  const { train, test, tags, cells, slices, slide } = contentOf(home);
  const known = await callStudio(page, 'datasets.list', {});
  const wanted = [
    { kind: 'images', name: 'photographs', folders: [train] },
    { kind: 'labelled', name: 'photographs by class', folders: [train] },
    { kind: 'labelled', name: 'test photographs', folders: [test] },
    { kind: 'labelled', name: 'tags', folders: [tags], several: true },
    { kind: 'images', name: 'cells, made up', folders: [cells] },
    { kind: 'images', name: 'slices of a scanner, made up', folders: [slices] },
    { kind: 'images', name: 'a whole slide, made up', folders: [slide] },
  ] as const;
  for (const { folders, ...rest } of wanted)
    if (!known.some(({ name }) => name === rest.name))
      await callStudio(page, 'datasets.add', { ...rest, folders: [...folders] });
}

/** Start a pre-training and end it after some steps. */
async function leave(
  page: Page,
  request: JobRequest,
  steps: number,
  end: (job: Job) => Promise<void>,
): Promise<void> {
  const known = await jobLike(page, request);
  if (known !== undefined && known.state !== 'running') return;
  const { id } = known ?? (await callStudio(page, 'jobs.submit', request));
  await until(async () => (await stepsOf(page, id)) >= steps);
  await end(await jobOf(page, id));
  await until(async () => (await jobOf(page, id)).state !== 'running');
}

/** @returns the job of this kind and name */
export async function jobLike(page: Page, request: JobRequest): Promise<Job | undefined> {
  const nameOf = (of: JobRequest) => ('name' in of ? of.name : undefined);
  const all = await callStudio(page, 'jobs.list', {});
  return all.find(
    (job) => job.request.kind === request.kind && nameOf(job.request) === nameOf(request),
  );
}

async function jobOf(page: Page, id: string): Promise<Job> {
  const found = (await callStudio(page, 'jobs.list', {})).find((job) => job.id === id);
  if (found === undefined) throw new Error(`There is no job ${id}.`);
  return found;
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
