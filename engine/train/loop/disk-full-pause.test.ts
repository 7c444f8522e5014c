import { describe, expect, it } from 'vitest';
import { type Disk, nodeDisk } from '../../disk/disk.ts';
import { sendCommand } from '../../runs/control-inbox.ts';
import { logged, of, regressionRuns, stateBytes } from '../testing/regression-runs.ts';

const { newRun, train } = regressionRuns();

describe('a full disk', () => {
  /** Full while `full()`; `free` answers what is free then. */
  function switchableDisk(full: () => boolean, only: RegExp = /./): Disk {
    const guard = async (file: string, open: typeof nodeDisk.create) => {
      const real = await open(file);
      return {
        ...real,
        async write(bytes: Uint8Array) {
          if (full() && only.test(file)) {
            await real.write(bytes.subarray(0, bytes.length >> 1));
            throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          }
          await real.write(bytes);
        },
      };
    };
    return {
      ...nodeDisk,
      create: (file) => guard(file, nodeDisk.create),
      append: (file) => guard(file, nodeDisk.append),
      room: async () => ({ bytes: full() ? 0 : 2 ** 40, files: undefined }),
    };
  }

  it.each([
    ['of everything', /./],
    ['of checkpoints alone', /checkpoints/],
    ['of the log alone', /events\.jsonl|tensorboard/],
  ])('%s pauses the run, which goes on by itself when there is space', async (_, only) => {
    let full = false;
    const disk = switchableDisk(() => full, only);
    const { events, outcome, run } = await train({
      run: await newRun(disk),
      disk,
      onEvent(event) {
        if (event.type === 'step' && event.step === 12) full = true;
        if (event.type === 'status' && event.status === 'paused') {
          expect(event.reason).toMatchObject({ code: 'disk-full' });
          setTimeout(() => {
            full = false;
          }, 30);
        }
      },
    });
    expect(outcome).toMatchObject({ status: 'done', step: 40 });
    const statuses = of(events, 'status').map(({ status }) => status);
    expect(statuses).toEqual(['running', 'paused', 'running', 'done']);
    // Nothing is lost: the log on disk holds every event, whole and in order.
    expect(await logged(run)).toEqual(JSON.parse(JSON.stringify(events)));
    const whole = await train();
    expect(stateBytes(run, 40).equals(stateBytes(whole.run, 40))).toBe(true);
    expect(await run.refresh()).toMatchObject({ status: 'done', step: 40 });
  });

  it('is tried again when told to resume, and stays paused when that is too early', async () => {
    let full = false;
    let attempts = 0;
    const disk: Disk = {
      ...switchableDisk(() => full, /checkpoints/),
      room: async () => ({ bytes: 0, files: 0 }),
      create(file) {
        if (full && file.endsWith('state.safetensors') && ++attempts === 3) full = false;
        return switchableDisk(() => full, /checkpoints/).create(file);
      },
    };
    const run = await newRun();
    const nudge = setInterval(() => sendCommand(run.controlDir, 'resume'), 10);
    const { outcome } = await train({
      run,
      disk,
      onEvent: (event) => {
        if (event.type === 'step' && event.step === 12) full = true;
      },
    });
    clearInterval(nudge);
    expect(outcome).toMatchObject({ status: 'done' });
    expect(attempts).toBe(3);
  });

  it('with a stop ends the run with the reason and the checkpoint before', async () => {
    let full = false;
    const { outcome, run } = await train({
      disk: switchableDisk(() => full, /checkpoints/),
      onEvent(event, running) {
        if (event.type === 'step' && event.step === 12) full = true;
        if (event.type === 'status' && event.status === 'paused') {
          sendCommand(running.controlDir, 'stop');
        }
      },
    });
    expect(outcome).toMatchObject({ error: { code: 'disk-full' } });
    expect(await run.refresh()).toMatchObject({ status: 'failed', step: 10 });
    const resumed = await train({ run });
    expect(resumed.outcome).toMatchObject({ status: 'done' });
  });
});
