import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { smallDisk } from '../../disk/testing/small-disk.ts';
import { sendCommand } from '../../runs/control-inbox.ts';
import type { TrainingEvent } from '../../runs/events.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { newRegressionRun, stateBytes, trainRegression } from '../testing/regression-runs.ts';

const disk = smallDisk();
const where = typeof disk === 'string' ? `(not run: ${disk})` : '';

describe.skipIf(typeof disk === 'string')(`a run on a real disk ${where}`, () => {
  if (typeof disk === 'string') return;
  afterAll(() => disk.dispose());
  afterEach(() => disk.empty());
  const workspace = path.join(disk.dir, 'workspace');

  const newRun = () => newRegressionRun(workspace);
  const train = (
    run: RunFolder,
    onEvent: (event: TrainingEvent) => void = () => {},
    before: () => void = () => {},
  ) => trainRegression(run, { onEvent, before });
  /** Every line that lies on disk, none of them cut off. */
  const lines = (run: RunFolder) =>
    readFileSync(run.eventsFile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TrainingEvent);
  const freed = (event: TrainingEvent) => {
    if (event.type !== 'status' || event.status !== 'paused') return;
    expect(event.reason).toMatchObject({ code: 'disk-full' });
    setTimeout(() => disk.empty(), 20);
  };
  /** As other processes see it. */
  const recordOf = async (run: RunFolder) => (await RunFolder.open(run.dir)).record;

  const kinds = [
    ['space', () => disk.fillBytes()],
    ['room for files', () => disk.fillFiles()],
  ] as const;

  it.each(kinds)('pauses without %s and goes on by itself, to the same bytes', async (_, fill) => {
    const whole = await newRun();
    await train(whole);
    for (const step of [3, 12]) {
      const run = await newRun();
      const { events, outcome } = await train(run, (event) => {
        if (event.type === 'step' && event.step === step) fill();
        freed(event);
      });
      expect(outcome).toMatchObject({ status: 'done', step: 40 });
      expect(events.filter(({ type }) => type === 'status')).toMatchObject(
        ['running', 'paused', 'running', 'done'].map((status) => ({ status })),
      );
      expect(lines(run)).toEqual(JSON.parse(JSON.stringify(events)));
      expect(stateBytes(run, 40).equals(stateBytes(whole, 40))).toBe(true);
      expect(await run.refresh()).toMatchObject({ status: 'done', step: 40 });
      expect(readdirSync(run.checkpointsDir).sort()).toEqual(['35', '40']);
    }
  });

  it.each(kinds)('that begins without %s waits, and loses no event', async (_, fill) => {
    const run = await newRun();
    const { events, outcome } = await train(run, freed, fill);
    expect(outcome).toMatchObject({ status: 'done', step: 40 });
    expect(events[0]).toMatchObject({ type: 'status', status: 'paused' });
    expect(lines(run)).toEqual(JSON.parse(JSON.stringify(events)));
  });

  it.each(kinds)('cannot be made or resumed without %s, and says so', async (_, fill) => {
    const run = await newRun();
    const before = readdirSync(path.join(workspace, 'runs'));
    fill();
    await expect(newRun()).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining(path.join(workspace, 'runs')),
    });
    expect(readdirSync(path.join(workspace, 'runs'))).toEqual(before);
    await expect(train(run)).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining(run.dir),
    });
    disk.empty();
    expect((await train(run)).outcome).toMatchObject({ status: 'done' });
  });

  it.each(kinds)('shows other processes why it waits without %s', async (_, fill) => {
    const run = await newRun();
    let seen: Promise<unknown> | undefined;
    const { outcome } = await train(run, (event) => {
      if (event.type === 'step' && event.step === 12) fill();
      if (event.type !== 'status' || event.status !== 'paused') return;
      seen = recordOf(run).finally(() => disk.empty());
    });
    expect(outcome).toMatchObject({ status: 'done' });
    expect(await seen).toMatchObject({ status: 'paused', reason: { code: 'disk-full' } });
    expect(readdirSync(run.dir)).not.toContain('.reserve');
  });

  it('can be stopped while it waits, and resumed once there is room', async () => {
    const run = await newRun();
    const { events, outcome } = await train(run, (event) => {
      if (event.type === 'step' && event.step === 12) disk.fillBytes();
      if (event.type !== 'status' || event.status !== 'paused') return;
      sendCommand(run.controlDir, 'stop');
    });
    expect(outcome).toMatchObject({
      error: {
        code: 'disk-full',
        message: expect.stringMatching(/ are free/),
        advice: expect.stringMatching(/^Free some space, then resume/),
      },
    });
    expect(events.at(-1)).toMatchObject({ type: 'status', status: 'failed' });
    expect(await run.refresh()).toMatchObject({ status: 'failed', reason: { code: 'disk-full' } });
    disk.empty();
    const resumed = await train(run);
    expect(resumed.outcome).toMatchObject({ status: 'done', step: 40 });
    for (const line of lines(run)) expect(line).toHaveProperty('type');
  });
});
