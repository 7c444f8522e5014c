import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import { newestCheckpointBytes, withSpaceAdvice } from './checkpoint-need.ts';

const full = async () => {
  throw new StudioError('disk-full', 'There is no space.', {
    advice: 'Free some space.',
    details: { freeBytes: 0 },
  });
};

describe('a run that cannot begin for want of space', () => {
  it('says what a checkpoint takes', async () => {
    await expect(withSpaceAdvice(full, async () => 2_500_000)).rejects.toMatchObject({
      code: 'disk-full',
      message: 'There is no space.',
      advice: 'A checkpoint of this run takes 2.5 MB. Free some space.',
      details: { freeBytes: 0, neededBytes: 2_500_000 },
    });
  });

  it('keeps its error where that is not known, and every other error', async () => {
    const advice = 'Free some space.';
    await expect(withSpaceAdvice(full, async () => undefined)).rejects.toMatchObject({ advice });
    await expect(withSpaceAdvice(full, () => Promise.reject(new Error()))).rejects.toMatchObject({
      advice,
    });
    const other = new Error('other');
    await expect(
      withSpaceAdvice(
        () => Promise.reject(other),
        async () => 1,
      ),
    ).rejects.toBe(other);
  });

  it('is measured by its newest checkpoint', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-need-'));
    expect(await newestCheckpointBytes(folder)).toBeUndefined();
    for (const [step, bytes] of [
      [5, 10],
      [10, 300],
    ] as const) {
      mkdirSync(path.join(folder, String(step)));
      writeFileSync(path.join(folder, String(step), 'state'), Buffer.alloc(bytes));
    }
    expect(await newestCheckpointBytes(folder)).toBe(300);
    rmSync(folder, { recursive: true });
  });
});
