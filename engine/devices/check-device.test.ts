import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findingSchema } from '../contract/studio/device-check.ts';
import type { Check } from '../selftest/checks.ts';
import { checkDevice } from './check-device.ts';
import { compareStored, measureDevice, worstOf } from './measure-device.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that does this when it is to try a device. */
async function entry(code: string): Promise<string> {
  const file = path.join(folder, 'entry.cjs');
  await writeFile(file, code);
  return file;
}

describe('checking a device in a separate process', () => {
  it('finds that the processor computes right, and how fast', async () => {
    const check = await checkDevice('cpu');
    expect(findingSchema.parse(check)).toEqual(check);
    expect(check.ok).toBe(true);
    expect(check.reason).toBeUndefined();
    expect(check.quantities).toBeGreaterThan(15);
    expect(check.worst!.error!).toBeGreaterThan(0);
    expect(check.worst!.error!).toBeLessThanOrEqual(check.worst!.limit);
    expect(check.stepMs).toBeGreaterThan(1);
  });

  it('makes a reason of a device that is not there', async () => {
    expect(await checkDevice('abacus')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('There is no device named "abacus"'),
    });
  });

  it('makes a reason of a crash', async () => {
    const crash = await entry(
      "console.error('driver said no'); process.kill(process.pid, 'SIGSEGV');",
    );
    const { ok, reason } = await checkDevice('webgpu', { entry: crash });
    expect(ok).toBe(false);
    expect(reason).toMatch(
      /ended (by SIGSEGV|with code \d+), most likely by the driver: driver said no/,
    );
    const end = await entry('process.exit(7)');
    expect((await checkDevice('webgpu', { entry: end })).reason).toContain('ended with code 7');
  });

  it('makes a reason of a hang, and ends it', async () => {
    const hang = await entry('setInterval(() => {}, 1000); for (;;) {}');
    const check = await checkDevice('webgpu', { entry: hang, timeoutMs: 1000 });
    expect(check).toMatchObject({ ok: false, reason: 'no answer came within 1 second' });
  });

  it('takes an answer from a process that then hangs while it ends', async () => {
    const finding = { ok: true, quantities: 3, stepMs: 5 };
    const answer = JSON.stringify({ type: 'finding', finding });
    const late = await entry(`process.send(${answer}, () => { for (;;) {} });`);
    expect(await checkDevice('webgpu', { entry: late })).toEqual(finding);
  });

  it('can be cancelled', async () => {
    const hang = await entry('setInterval(() => {}, 1000)');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    await expect(
      checkDevice('webgpu', { entry: hang, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the quick self-test', () => {
  it('passes on the reference, whose errors are those of the stored values', async () => {
    const finding = await measureDevice('reference', 'float32', {
      compare: (device) => compareStored(device, ['pretrain_tiny']),
      time: async () => 1,
    });
    expect(finding).toMatchObject({ ok: true, quantities: 11, stepMs: 1 });
  });

  it('names the quantity that is furthest off', () => {
    const check = (quantity: string, error: number): Check => ({
      fixture: 'f',
      quantity,
      error,
      limit: 1e-3,
      ok: error <= 1e-3,
    });
    const checks = [check('loss', 1e-4), check('logits', 2e-3), check('norm', 1e-5)];
    expect(worstOf(checks)?.quantity).toBe('logits');
    expect(worstOf([...checks, check('gradients', Number.NaN)])?.quantity).toBe('gradients');
    const drift = { ...check('drift', 0.9), limit: 1.05, ok: true };
    expect(worstOf([drift, check('norm', 1e-9)])?.quantity).toBe('norm');
    expect(worstOf([check('loss', 0), check('norm', 1e-9)])?.quantity).toBe('norm');
    expect(worstOf([])).toBeUndefined();
  });
});
