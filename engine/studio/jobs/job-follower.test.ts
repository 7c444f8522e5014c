import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Job } from '../../contract/studio/jobs.ts';
import { createJobFolder, ERRORS_FILE, writeLaunched, writeResult } from './job-folder.ts';
import { JobFollower } from './job-follower.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-follower-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

/** Every state of a job that others can see while its folder is read. */
async function seenBy(end: (dir: string) => Promise<void>): Promise<Job[]> {
  const record = {
    format: 1 as const,
    id: 'j1',
    title: 'a job',
    createdAt: '2026-11-23T08:00:00.000Z',
    request: { kind: 'devices' as const },
    arguments: ['devices', '--check'],
  };
  const dir = await createJobFolder(workspace, record);
  writeFileSync(path.join(dir, ERRORS_FILE), 'There is no abacus.\n');
  await end(dir);
  const follower = new JobFollower(dir, record);
  const seen: Job[] = [];
  let isRead = false;
  const reading = follower.refresh().then(() => {
    isRead = true;
  });
  while (!isRead) {
    seen.push(follower.job);
    await new Promise(setImmediate);
  }
  await reading;
  return [...seen, follower.job];
}

it.each([
  [
    'failed',
    (dir: string) => writeResult(dir, { endedAt: '2026-11-23T08:01:00.000Z', exitCode: 1 }),
  ],
  ['died', (dir: string) => writeLaunched(dir, { pid: 1, at: '2026-11-23T08:00:01.000Z' })],
] as const)('shows why a job %s as soon as it shows that', async (state, end) => {
  const seen = (await seenBy(end)).filter((job) => job.state === state);
  expect(seen.length).toBeGreaterThan(0);
  for (const job of seen)
    expect(job).toMatchObject({ lastLines: ['There is no abacus.'], error: { code: 'job-died' } });
});
