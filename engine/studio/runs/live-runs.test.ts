import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Push } from '../../contract/studio/push.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { type EventDraft, RunSession } from '../../runs/run-session.ts';
import { openStudio } from '../studio.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-live-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true, maxRetries: 10 }));

const step = (at: number): EventDraft => ({
  ...{ type: 'step', step: at, epoch: 0, stepsPerEpoch: 10, loss: 1 / at, chance: 0.1 },
  ...{ scoreName: 'tokenMatch', score: 0.2, gradNorm: 1, lr: 1e-3, weightDecay: 0, emaMomentum: 1 },
  ...{ imagesPerSecond: 9, dataWaitMs: 0, stepMs: 90, etaSeconds: 1, rssBytes: 1 },
});

it('follows a run that the command line trains, from when somebody looks at it to its end', async () => {
  const run = await RunFolder.create(workspace, {
    name: 'terminal',
    kind: 'pretrain',
    totalSteps: 10,
    device: 'cpu',
    recipe: {},
    versions: {},
    dataset: { folders: [], images: 0, fingerprint: '' },
  });
  const session = await RunSession.open(run);
  await session.startLog(0);
  await session.setStatus('running', 0);
  const studio = await openStudio({ workspace, host: 'desktop' });
  const seen: Extract<Push, { topic: 'run' }>[] = [];
  studio.subscribe((push) => {
    if (push.topic === 'run') seen.push(push);
  });
  try {
    await session.emit(step(1));
    const { id } = run.record;
    expect(await studio.call('runs.get', { id })).toMatchObject({ status: 'running' });
    for (const at of [1, 2, 3]) {
      if (at > 1) await session.emit(step(at));
      await expect.poll(() => seen.at(-1)).toMatchObject({ run: { id, step: at } });
    }
    await session.setStatus('stopped', 3);
    await session.close();
    await expect.poll(() => seen.at(-1)).toMatchObject({ run: { id, status: 'stopped' } });
  } finally {
    await studio.close();
  }
});
