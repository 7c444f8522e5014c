import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '../executors/executor.ts';
import { CheckMemory } from './check-memory.ts';
import {
  checkDevices,
  type DeviceParts,
  describeDevices,
  resolveDevice,
} from './resolve-device.ts';
import { testedDevice } from './tested-device.ts';
import { fakeDevice, fakeFinding } from './testing/fake-devices.ts';

let folder: string;
let tried: string[];
let timed: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-resolve-'));
  tried = [];
  timed = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const cpu = fakeDevice('cpu');
const webgpu = fakeDevice('webgpu', { name: 'A card' });

/** A machine with these devices; results as in `fakeCheck`. */
function machine(
  devices: readonly Device[],
  results: Readonly<Record<string, number | string>> = {},
  now = Date.now(),
): DeviceParts {
  return {
    list: async () => [...devices],
    async check(device, { precision = 'float32' }) {
      const asked = precision === 'float16' ? `${device} float16` : device;
      tried.push(asked);
      return fakeFinding(results[asked]!);
    },
    async time(subjects) {
      timed.push(subjects.map(({ device, precision }) => `${device} ${precision}`).join(', '));
      return undefined;
    },
    memory: new CheckMemory({ folder, versions: ['1'], now: () => now }),
  };
}

describe('auto', () => {
  it('tries nothing where there is no choice', async () => {
    const found = await resolveDevice('auto', {}, machine([cpu]));
    expect(found).toEqual({ id: 'cpu', reason: 'cpu: the only one that can be used here' });
    expect(tried).toEqual([]);
  });

  it('checks each once, reports it, and caches the result', async () => {
    const parts = machine([webgpu, cpu], { webgpu: 10, cpu: 52 });
    const told: string[] = [];
    const onProgress = ({ text, done, total }: { text: string; done: number; total: number }) =>
      told.push(`${text} ${done} ${total}`);
    const first = await resolveDevice('auto', { onProgress }, parts);
    expect(first.id).toBe('webgpu');
    expect(first.reason).toContain('5.2 times as fast as cpu');
    const inTurn = 'Timing 2 devices in turn 0 1';
    expect(told).toEqual(['Checking webgpu 0 2', 'Checking cpu 1 2', inTurn]);
    expect(await resolveDevice('auto', {}, parts)).toEqual(first);
    expect(tried).toEqual(['webgpu', 'cpu']);
  });

  it('compares times that were measured in turn, also with one that is known', async () => {
    const slow = { webgpu: 30, cpu: 52 };
    await checkDevices([cpu], { parts: machine([cpu], slow) });
    expect(timed).toEqual([]);
    const parts: DeviceParts = {
      ...machine([webgpu, cpu], slow),
      time: async (subjects) => subjects.map(({ device }) => (device === 'cpu' ? 40 : 50)),
    };
    const found = await resolveDevice('auto', {}, parts);
    expect(tried).toEqual(['cpu', 'webgpu']);
    expect(found.reason).toBe('cpu: passes its self-test, 1.3 times as fast as webgpu');
    expect(await resolveDevice('auto', {}, parts)).toEqual(found);
  });

  it('times in turn what passes alone, in all precisions', async () => {
    const both = ['float32', 'float16'] as const;
    const cards = ['cuda', 'webgpu'].map((id) => fakeDevice(id, { precisions: both }));
    const wrong = fakeDevice('webgpu:1');
    const results = { cuda: 9, 'cuda float16': 5, webgpu: 10, 'webgpu float16': 6, cpu: 52 };
    const all = [...cards, wrong, cpu];
    await checkDevices(all, { parts: machine(all, { ...results, 'webgpu:1': 'wrong' }) });
    expect(timed).toEqual([
      'cuda float32, webgpu float32, cpu float32, cuda float16, webgpu float16',
    ]);
  });

  it('says where a precision was found slower than float32', async () => {
    const card = fakeDevice('cuda', { precisions: ['float32', 'float16'] });
    const parts = machine([card], { cuda: 9, 'cuda float16': 12 });
    const slower = 'float16 is 0.8 times as fast as float32 here';
    expect(await resolveDevice('cuda', { precision: 'float16' }, parts)).toEqual({ id: 'cuda' });
    expect(await resolveDevice('auto', { precision: 'float16' }, parts)).toMatchObject({ slower });
    expect(await resolveDevice('cuda', { precision: 'float16' }, parts)).toEqual({
      ...{ id: 'cuda', slower },
    });
    expect(await resolveDevice('cuda', {}, parts)).toEqual({ id: 'cuda' });
    const fast = machine([card], { cuda: 9, 'cuda float16': 9.2 });
    await checkDevices([card], { parts: fast, again: true });
    expect(await resolveDevice('cuda', { precision: 'float16' }, fast)).toEqual({ id: 'cuda' });
  });

  it('tries one that failed again after a day', async () => {
    const start = Date.parse('2026-01-01');
    const failing = machine([webgpu, cpu], { webgpu: 'wrong', cpu: 52 }, start);
    expect((await resolveDevice('auto', {}, failing)).id).toBe('cpu');
    const mended = (hours: number) =>
      machine([webgpu, cpu], { webgpu: 10, cpu: 52 }, start + hours * 3600_000);
    expect((await resolveDevice('auto', {}, mended(23))).id).toBe('cpu');
    expect((await resolveDevice('auto', {}, mended(25))).id).toBe('webgpu');
    expect(tried).toEqual(['webgpu', 'cpu', 'webgpu']);
  });

  it('refuses where every device computes wrong', async () => {
    const parts = machine([webgpu, cpu], { webgpu: 'logits wrong', cpu: 'loss wrong' });
    await expect(resolveDevice('auto', {}, parts)).rejects.toMatchObject({
      code: 'devices-failing',
      message: expect.stringContaining('webgpu fails its self-test (logits wrong)'),
    });
    const none = machine([fakeDevice('reference', { kind: 'check' })]);
    await expect(resolveDevice('auto', {}, none)).rejects.toMatchObject({
      code: 'device-unavailable',
    });
  });
});

describe('auto in float16', () => {
  const precisions = ['float32', 'float16'] as const;
  const half = fakeDevice('webgpu', { name: 'A card', precisions });
  const inHalf = { precision: 'float16' } as const;

  it('takes a card that offers it, when that passes in it as well', async () => {
    const parts = machine([half, cpu], { webgpu: 10, 'webgpu float16': 6, cpu: 2 });
    expect(await resolveDevice('auto', inHalf, parts)).toEqual({
      id: 'webgpu',
      reason: 'webgpu, A card: passes its self-test',
    });
    expect(tried).toEqual(['webgpu', 'webgpu float16']);
    expect((await resolveDevice('auto', {}, parts)).id).toBe('cpu');
    const { chosen, chosenFor } = await describeDevices(parts);
    expect([chosen?.id, chosenFor.float16?.id]).toEqual(['cpu', 'webgpu']);
  });

  it('takes the fastest in float16 of several', async () => {
    const second = fakeDevice('cuda', { precisions });
    const results = { webgpu: 10, cuda: 9, 'webgpu float16': 5, 'cuda float16': 8 };
    const parts = machine([second, half, cpu], results);
    expect((await resolveDevice('auto', inHalf, parts)).reason).toContain(
      '1.6 times as fast as cuda',
    );
  });

  it('refuses a card that is correct in float32 only, which float32 still uses', async () => {
    const parts = machine([half, cpu], { webgpu: 10, 'webgpu float16': 'loss: 0.3 off', cpu: 52 });
    await expect(resolveDevice('auto', inHalf, parts)).rejects.toMatchObject({
      code: 'devices-failing',
      message: expect.stringContaining('webgpu fails its self-test (loss: 0.3 off)'),
    });
    expect((await resolveDevice('auto', {}, parts)).id).toBe('webgpu');
  });

  it('is not tried on a card that is wrong in float32', async () => {
    const parts = machine([half, cpu], { webgpu: 'wrong', cpu: 52 });
    await expect(resolveDevice('auto', inHalf, parts)).rejects.toMatchObject({
      code: 'devices-failing',
    });
    expect(tried).toEqual(['webgpu']);
  });

  it('says that nothing offers it', async () => {
    await expect(resolveDevice('auto', inHalf, machine([webgpu, cpu]))).rejects.toMatchObject({
      code: 'precision-unavailable',
      message: 'No device of this machine computes in float16.',
    });
  });
});

describe('a named device', () => {
  it('is refused before any work where it does not compute in the precision', async () => {
    await expect(
      resolveDevice('cpu', { precision: 'float16' }, machine([webgpu, cpu])),
    ).rejects.toMatchObject({
      code: 'precision-unavailable',
      message: 'cpu does not compute in float16.',
    });
  });

  it('is used without a check; a known failure is reported', async () => {
    const parts = machine([webgpu, cpu]);
    expect(await resolveDevice('webgpu:0', {}, parts)).toEqual({ id: 'webgpu' });
    const failing = machine([webgpu, cpu], { webgpu: 'logits: 0.1 off', cpu: 5 });
    await checkDevices([webgpu, cpu], { parts: failing });
    expect(await resolveDevice('cpu', {}, parts)).toEqual({ id: 'cpu' });
    expect(await resolveDevice('webgpu', {}, parts)).toEqual({
      id: 'webgpu',
      reason:
        'webgpu, A card: taken as it was named, though it failed its self-test (logits: 0.1 off)',
    });
    tried.length = 0;
    await expect(resolveDevice('webgp', {}, parts)).rejects.toMatchObject({
      code: 'device-unknown',
    });
    expect(tried).toEqual([]);
  });
});

describe('trying on request', () => {
  it('tries what is known as well, and what is known then is new', async () => {
    await checkDevices([webgpu, cpu], { parts: machine([], { webgpu: 10, cpu: 52 }) });
    const slower = machine([webgpu, cpu], { webgpu: 104, cpu: 52 });
    await checkDevices([webgpu, cpu], { again: true, parts: slower });
    expect(tried).toHaveLength(4);
    const { chosen, checks } = await describeDevices(slower);
    expect(checks.map(({ stepMs }) => stepMs)).toEqual([104, 52]);
    expect(chosen?.reason).toBe('cpu: passes its self-test, 2.0 times as fast as webgpu');
  });
});

describe('a device that must pass its self-test', () => {
  it('is tested once', async () => {
    const parts = machine([webgpu, cpu], { webgpu: 10 });
    for (let i = 0; i < 2; i++)
      expect(await testedDevice('webgpu:0', 'float32', parts)).toMatchObject({ id: 'webgpu' });
    expect(tried).toEqual(['webgpu']);
  });

  it('is refused with the reason where it fails, or is not there', async () => {
    const parts = machine([webgpu], { webgpu: 'logits: 3.1e-2 off' });
    await expect(testedDevice('webgpu', 'float32', parts)).rejects.toMatchObject({
      code: 'devices-failing',
      message: 'webgpu (A card) fails its self-test: logits: 3.1e-2 off.',
    });
    await expect(testedDevice('webgpu:1', 'float32', parts)).rejects.toMatchObject({
      code: 'device-unknown',
    });
  });
});
