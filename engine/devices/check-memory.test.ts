import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckMemory, type CheckMemoryOptions } from './check-memory.ts';
import { fakeCheck, fakeDevice } from './testing/fake-devices.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-checks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const webgpu = fakeDevice('webgpu', { detail: 'driver 1' });
const HOUR_MS = 3600_000;
const memory = (over: CheckMemoryOptions = {}) =>
  new CheckMemory({ folder, versions: ['1.0'], now: () => 30 * HOUR_MS, ...over });

describe('cached checks of devices', () => {
  it('is there for the next process', async () => {
    const cpu = fakeDevice('cpu');
    await memory().write(webgpu, fakeCheck('webgpu', 12));
    await memory().write(cpu, fakeCheck('cpu', 60));
    const found = await memory().read([cpu, webgpu]);
    expect(found).toEqual([fakeCheck('cpu', 60), fakeCheck('webgpu', 12)]);
  });

  it('does not hold under another driver, name or version', async () => {
    await memory().write(webgpu, fakeCheck('webgpu', 12));
    expect(await memory().read([{ ...webgpu, detail: 'driver 2' }])).toEqual([]);
    expect(await memory().read([{ ...webgpu, name: 'Another card' }])).toEqual([]);
    expect(await memory({ versions: ['1.1'] }).read([webgpu])).toEqual([]);
    expect(await memory().read([webgpu])).toHaveLength(1);
  });

  it('is tried again after a day where it failed, and never where it passed', () => {
    const fresh = (stepMs: number | string, at: number) =>
      memory().isFresh(fakeCheck('webgpu', stepMs, at));
    expect(fresh('wrong', 29 * HOUR_MS)).toBe(true);
    expect(fresh('wrong', 5 * HOUR_MS)).toBe(false);
    expect(fresh(12, 5 * HOUR_MS)).toBe(true);
    const half = { ok: false, quantities: 2, reason: 'wrong' };
    const wrongInHalf = { ...fakeCheck('webgpu', 12, 5 * HOUR_MS), half };
    expect(memory().isFresh(wrongInHalf)).toBe(false);
    expect(memory().isFresh({ ...wrongInHalf, half: { ...half, ok: true } })).toBe(true);
    // A clock that was set back must not keep a failure for ever.
    expect(fresh('wrong', 40 * HOUR_MS)).toBe(false);
  });

  it('is nothing when its file is damaged or its folder cannot be written to', async () => {
    await writeFile(path.join(folder, 'device-checks.json'), '{"format":2,"checks":{"a"');
    expect(await memory().read([webgpu])).toEqual([]);
    const file = path.join(folder, 'device-checks.json');
    const closed = memory({ folder: path.join(file, 'below-a-file') });
    await closed.write(webgpu, fakeCheck('webgpu', 12));
    expect(await closed.read([webgpu])).toEqual([]);
  });
});
