import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asDiskError, type Disk, nodeDisk, replaceFile } from '../disk/disk.ts';
import { encodeSafetensors } from '../formats/testing/safetensors-bytes.ts';
import { workerUrl } from '../platform/worker-url.ts';
import { hostTensor } from '../tensor/host-tensor.ts';
import { listCheckpoints, loadCheckpoint, loadNewestValid } from './checkpoint.ts';
import { findNonFinite } from './finite.ts';
import { cleanLeftovers, pruneCheckpoints, SAVE_STAGES, saveCheckpoint } from './save.ts';
import { crashState } from './testing/crash-worker.ts';

let root: string;
beforeEach(() => {
  root = path.join(mkdtempSync(path.join(tmpdir(), 'conmim-checkpoint-')), 'checkpoints');
});
afterEach(() => rmSync(path.dirname(root), { recursive: true, force: true }));

const save = (step: number, extra: object = {}) =>
  saveCheckpoint({
    root,
    position: { step, skippedBatches: [], failedInARow: 0 },
    state: crashState(step),
    versions: { studio: '0' },
    ...extra,
  });
const steps = async () => (await listCheckpoints(root)).map(({ step }) => step);
const hidden = () => readdirSync(root).filter((name) => name.startsWith('.'));
const stateOf = (step: number) => path.join(root, String(step), 'state.safetensors');

/** A disk that is full once `budget` bytes were written. */
function fullDisk(budget: number): Disk {
  let left = budget;
  return {
    ...nodeDisk,
    async create(file) {
      const real = await nodeDisk.create(file);
      return {
        ...real,
        async write(bytes) {
          const part = bytes.subarray(0, Math.max(0, left));
          left -= bytes.length;
          await real.write(part);
          if (part.length < bytes.length) {
            throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          }
        },
      };
    },
  };
}

describe('a saved checkpoint', () => {
  it('comes back whole, with position, manifest and deterministic state bytes', async () => {
    const position = { step: 12, skippedBatches: [3, 5], failedInARow: 1 };
    const saved = await save(12, { position, now: 0 });
    const back = await loadCheckpoint(saved);
    expect(back.position).toEqual(position);
    expect(back.manifest).toMatchObject({ step: 12, savedAt: '1970-01-01T00:00:00.000Z' });
    expect([...back.state]).toEqual([...crashState(12)]);
    const expected = await encodeSafetensors(crashState(12), { format: 'pt' });
    expect(Buffer.compare(readFileSync(stateOf(12)), expected)).toBe(0);
    expect(hidden()).toEqual([]);
  });

  it('is listed in the order of numbers, among foreign names', async () => {
    for (const step of [9, 100, 20]) await save(step);
    mkdirSync(path.join(root, 'notes'));
    expect(await steps()).toEqual([9, 20, 100]);
    expect(await listCheckpoints(path.join(root, 'nowhere'))).toEqual([]);
  });

  it('replaces one of the same step', async () => {
    await save(5);
    truncateSync(stateOf(5), 100);
    await save(5);
    await loadCheckpoint({ step: 5, folder: path.join(root, '5') });
    expect(hidden()).toEqual([]);
  });
});

describe('damage', () => {
  const damage: [string, (folder: string) => void, RegExp][] = [
    [
      'state cut short',
      (at) => truncateSync(path.join(at, 'state.safetensors'), 5000),
      /5000 bytes/,
    ],
    [
      'state extended',
      (at) => appendFileSync(path.join(at, 'state.safetensors'), 'x'),
      /instead of/,
    ],
    [
      'one byte of the state changed',
      (at) => {
        const file = path.join(at, 'state.safetensors');
        const bytes = readFileSync(file);
        bytes[bytes.length - 10]! ^= 1;
        writeFileSync(file, bytes);
      },
      /hash differs/,
    ],
    ['state missing', (at) => rmSync(path.join(at, 'state.safetensors')), /ENOENT/],
    ['loader missing', (at) => rmSync(path.join(at, 'loader.json')), /ENOENT/],
    ['loader changed', (at) => writeFileSync(path.join(at, 'loader.json'), '{}'), /loader\.json/],
    ['manifest missing', (at) => rmSync(path.join(at, 'manifest.json')), /ENOENT/],
    ['manifest empty', (at) => writeFileSync(path.join(at, 'manifest.json'), ''), /damaged/],
    [
      'manifest of another shape',
      (at) => writeFileSync(path.join(at, 'manifest.json'), '{"format":1}'),
      /damaged/,
    ],
    [
      'folder of another step',
      (at) => {
        rmSync(at, { recursive: true });
        cpSync(path.join(at, '..', '10'), at, { recursive: true });
      },
      /belongs to step 10/,
    ],
  ];
  it.each(damage)('%s: named, kept, and the one before is used', async (_, hurt, reason) => {
    await save(10);
    await save(20);
    hurt(path.join(root, '20'));
    const entry = { step: 20, folder: path.join(root, '20') };
    await expect(loadCheckpoint(entry)).rejects.toMatchObject({ code: 'checkpoint-invalid' });
    const { checkpoint, rejected } = await loadNewestValid(root);
    expect(checkpoint!.step).toBe(10);
    expect([...checkpoint!.state]).toEqual([...crashState(10)]);
    expect(rejected).toMatchObject([{ step: 20, reason: expect.stringMatching(reason) }]);
    expect(await steps()).toEqual([10, 20]);
  });

  it('of everything leaves nothing to resume, with all reasons', async () => {
    await save(1);
    await save(2);
    for (const step of [1, 2]) truncateSync(stateOf(step), 3);
    const { checkpoint, rejected } = await loadNewestValid(root);
    expect(checkpoint).toBeUndefined();
    expect(rejected.map(({ step }) => step)).toEqual([2, 1]);
  });
});

describe('interrupted saves', () => {
  const child = fileURLToPath(workerUrl(import.meta.url, './testing/crash-worker.ts'));
  const crash = (step: number, stage: string) => {
    const { signal, status } = spawnSync(process.execPath, [child, root, String(step), stage]);
    expect(signal ?? status).not.toBe(0);
  };

  it.each(SAVE_STAGES.filter((stage) => stage !== 'set-aside'))(
    'killed after %s: the previous or the new checkpoint, complete',
    async (stage) => {
      await save(10);
      crash(20, stage);
      const renamed = stage === 'renamed' || stage === 'parent-synced';
      const { checkpoint, rejected } = await loadNewestValid(root);
      expect(checkpoint!.step).toBe(renamed ? 20 : 10);
      expect([...checkpoint!.state]).toEqual([...crashState(checkpoint!.step)]);
      expect(rejected).toEqual([]);
      expect(await cleanLeftovers(root)).toHaveLength(renamed ? 0 : 1);
      expect(hidden()).toEqual([]);
      await save(20);
      expect((await loadNewestValid(root)).checkpoint!.step).toBe(20);
    },
  );

  it.each(['set-aside', 'renamed', 'parent-synced'])(
    'killed after %s while replacing one of the same step',
    async (stage) => {
      await save(20);
      crash(20, stage);
      await cleanLeftovers(root);
      expect(hidden()).toEqual([]);
      const { checkpoint } = await loadNewestValid(root);
      expect([...checkpoint!.state]).toEqual([...crashState(20)]);
    },
  );

  it('on a full disk report it, leave nothing behind and keep earlier checkpoints', async () => {
    await save(10);
    for (const budget of [0, 50, 4000, 70_000, 124_400]) {
      await expect(save(20, { disk: fullDisk(budget) })).rejects.toMatchObject({
        code: 'disk-full',
      });
      expect(hidden()).toEqual([]);
      expect(await steps()).toEqual([10]);
    }
    await loadCheckpoint({ step: 10, folder: path.join(root, '10') });
  });

  it('refuse a state that is not finite before writing', async () => {
    const state = crashState(20);
    (state.get('b')!.data as Float32Array)[29_999] = Number.NaN;
    await expect(save(20, { state })).rejects.toMatchObject({
      code: 'state-not-finite',
      details: { tensor: 'b' },
    });
    expect(existsSync(root)).toBe(false);
  });
});

describe('pruning', () => {
  it('keeps the last N and every Mth', async () => {
    for (const step of [0, 50, 100, 150, 200, 250]) await save(step);
    const removed = await pruneCheckpoints(root, 250, { keepLast: 2, keepEvery: 100 });
    expect(removed).toEqual([50, 150]);
    expect(await steps()).toEqual([0, 100, 200, 250]);
    await pruneCheckpoints(root, 250, { keepLast: 0, keepEvery: 0 });
    expect(await steps()).toEqual([250]);
  });

  it('neither counts nor removes damaged and newer ones', async () => {
    for (const step of [10, 20, 30, 40]) await save(step);
    const ignored = new Set([20]);
    await pruneCheckpoints(root, 30, { keepLast: 1, keepEvery: 0 }, { ignored });
    expect(await steps()).toEqual([20, 30, 40]);
  });
});

describe('small files', () => {
  it('are replaced completely or not at all', async () => {
    mkdirSync(root, { recursive: true });
    const file = path.join(root, 'run.json');
    await replaceFile(nodeDisk, file, 'old');
    await expect(replaceFile(fullDisk(2), file, 'newer')).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(root)).toEqual(['run.json']);
  });

  it('pass other errors on unchanged', () => {
    const error = Object.assign(new Error('denied'), { code: 'EACCES' });
    expect(asDiskError(error, 'x')).toBe(error);
  });
});

describe('findNonFinite', () => {
  it.each([
    ['f32', new Float32Array([1, Number.NaN])],
    ['f64', new Float64Array([1, Number.NEGATIVE_INFINITY])],
    ['f16', new Uint16Array([0x3c00, 0xfc00])],
    ['bf16', new Uint16Array([0x3f80, 0x7fc0])],
  ] as const)('finds one in %s', (dtype, data) => {
    const good = hostTensor(dtype, [1], data.slice(0, 1));
    expect(findNonFinite(new Map([['good', good]]))).toBeUndefined();
    expect(
      findNonFinite(
        new Map([
          ['good', good],
          ['bad', hostTensor(dtype, [2], data)],
        ]),
      ),
    ).toBe('bad');
  });

  it('takes any integer', () => {
    const data = new Int32Array([0x7f800000]);
    expect(
      findNonFinite(new Map([['n', { dtype: 'i32' as const, shape: [1], data }]])),
    ).toBeUndefined();
  });
});
