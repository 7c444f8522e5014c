import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../checkpoint/save.ts';
import { parseRecipe } from '../contract/recipe.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';
import { RunFolder } from '../train/run-folder.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';

const f32 = (data: Float32Array, shape: readonly number[]): HostTensor => ({
  dtype: 'f32',
  shape,
  data,
});

let workspace: string;
let run: RunFolder;
const recipe = parseRecipe({}, { mean: 'imagenet', std: 'imagenet' });

/** A state as checkpoints hold it: both networks, moments, the update count. */
function state(step: number): Map<string, HostTensor> {
  const tensor = (value: number) => f32(Float32Array.of(value, step, -0), [3]);
  return new Map<string, HostTensor>([
    ['student.cls_token', tensor(1)],
    ['teacher.cls_token', tensor(2)],
    ['teacher.projectors.1.running_mean', tensor(3)],
    ['exp_avg.cls_token', tensor(4)],
    ['optimizer.updates', { dtype: 'i64', shape: [1], data: BigInt64Array.of(BigInt(step)) }],
  ]);
}

beforeAll(async () => {
  workspace = mkdtempSync(path.join(tmpdir(), 'conmim-export-'));
  run = await RunFolder.create(workspace, {
    name: 'mine',
    kind: 'pretrain',
    totalSteps: 20,
    device: 'cpu',
    recipe,
    dataset: { folders: ['/images'], images: 3, fingerprint: 'f' },
    versions: {},
  });
  for (const step of [10, 20]) {
    await saveCheckpoint({
      root: run.checkpointsDir,
      position: { step, skippedBatches: [], failedInARow: 0 },
      state: state(step),
      versions: {},
    });
  }
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** `conmim export` with the real engine. */
function exportRun(reference: string, file: string, ...more: string[]) {
  const argv = ['export', reference, '--format', 'safetensors', '--out', file, ...more];
  return runCommand([...argv, '--workspace', workspace, '--json'], engineParts(), {
    cwd: workspace,
  });
}

describe('export', () => {
  it('writes the teacher of the newest checkpoint in official names', async () => {
    const { code, records } = await exportRun('mine', 'out/weights.safetensors');
    const file = path.join(workspace, 'out', 'weights.safetensors');
    const { tensors, metadata, size } = await readSafetensors(file);
    expect(code).toBe(0);
    expect(records).toEqual([
      { type: 'export', path: file, tensors: 2, bytes: size, step: 20, network: 'teacher' },
    ]);
    expect([...tensors.keys()]).toEqual(['cls_token', 'projectors.1.running_mean']);
    expect(tensors.get('cls_token')!.data).toEqual(Float32Array.of(2, 20, -0));
    expect(metadata['format']).toBe('pt');
    expect(parseRecipe(JSON.parse(metadata['recipe']!))).toEqual(recipe);
    expect(JSON.parse(metadata['mean']!)).toEqual([0.485, 0.456, 0.406]);
    expect(readdirSync(path.dirname(file))).toEqual(['weights.safetensors']);
  });

  it('takes another network, another checkpoint, and a run by its folder', async () => {
    await exportRun(run.dir, 'student.safetensors', '--network', 'student', '--checkpoint', '10');
    const { tensors } = await readSafetensors(path.join(workspace, 'student.safetensors'));
    expect(tensors.get('cls_token')!.data).toEqual(Float32Array.of(1, 10, -0));
  });

  it('names what is missing', async () => {
    const missing = await exportRun('mine', 'x', '--checkpoint', '11');
    expect(missing.code).toBe(1);
    expect(missing.records[0]).toMatchObject({ code: 'checkpoint-not-found' });
    expect(missing.stderr).toContain('no checkpoint at step 11; there are 10, 20');
    expect((await exportRun('nobody', 'x')).records[0]).toMatchObject({ code: 'run-not-found' });
  });

  it('leaves nothing behind when it fails', async () => {
    mkdirSync(path.join(workspace, 'taken'));
    const { code } = await exportRun('mine', 'taken');
    expect(code).toBe(1);
    expect(readdirSync(workspace).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('passes over a damaged checkpoint', async () => {
    truncateSync(path.join(run.checkpointsDir, '20', 'state.safetensors'), 40);
    const { records } = await exportRun('mine', 'older.safetensors');
    expect(records[0]).toMatchObject({ type: 'export', step: 10 });
  });
});
