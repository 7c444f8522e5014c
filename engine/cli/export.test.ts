import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../checkpoint/save.ts';
import { parseRecipe } from '../contract/recipe.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { readContinuation } from '../models/export/continuation.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { createPretrainLearner } from '../tasks/pretrain/pretrain-learner.ts';
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';

let workspace: string;
let run: RunFolder;
const recipe = parseRecipe(
  {},
  {
    image_size: 16,
    patch_size: 4,
    embed_dim: 8,
    depth: 1,
    heads: 2,
    batch_size: 2,
    mlp_dim: 16,
    proj_dim: 8,
    mask_patches: 9,
    mean: 'imagenet',
    std: 'imagenet',
  },
);

/** As the state began, but with class tokens that tell network and step. */
function marked(start: NamedTensors, step: number): Map<string, HostTensor> {
  const token = (value: number): HostTensor => ({
    dtype: 'f32',
    shape: [1, 1, 8],
    data: new Float32Array(8).fill(value),
  });
  return new Map([
    ...start,
    ['student.cls_token', token(1 + step)],
    ['teacher.cls_token', token(2 + step)],
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
  const task = await createPretrainLearner({ recipe, device: 'cpu' });
  const start = await task.readState();
  for (const step of [10, 20]) {
    await saveCheckpoint({
      root: run.checkpointsDir,
      position: { step, skippedBatches: [], failedInARow: 0 },
      state: marked(start, step),
      versions: {},
    });
  }
  await task.dispose();
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** `conmim export` with the real engine. */
function exportRun(reference: string, format: string, out: string, ...more: string[]) {
  const argv = ['export', reference, '--format', format, '--out', out, ...more];
  return runCommand([...argv, '--workspace', workspace, '--json'], engineParts(), {
    cwd: workspace,
  });
}

describe('export', () => {
  it('writes the teacher of the newest checkpoint in official names', async () => {
    const { code, records, stderr } = await exportRun('mine', 'safetensors', 'out/w.safetensors');
    const file = path.join(workspace, 'out', 'w.safetensors');
    const { tensors, metadata, size } = await readSafetensors(file);
    expect(code).toBe(0);
    const origin = `teacher of ${run.record.id}, step 20`;
    expect(records).toEqual([
      {
        type: 'export',
        path: file,
        tensors: tensors.size,
        bytes: size,
        step: 20,
        network: 'teacher',
        format: 'safetensors',
        origin,
        largestDifference: 0,
      },
    ]);
    expect(stderr).toContain('bit-identical to the original');
    expect(tensors.get('cls_token')!.data[0]).toBe(22);
    expect(tensors.has('projectors.1.running_mean')).toBe(true);
    expect(metadata['format']).toBe('pt');
    expect(parseRecipe(JSON.parse(metadata['recipe']!))).toEqual(recipe);
    expect(JSON.parse(metadata['mean']!)).toEqual([0.485, 0.456, 0.406]);
    expect(readdirSync(path.dirname(file))).toEqual(['w.safetensors']);
  });

  it('takes another network, another checkpoint, and a run by its folder', async () => {
    const more = ['--network', 'student', '--checkpoint', '10'];
    await exportRun(run.dir, 'safetensors', 'student.safetensors', ...more);
    const { tensors } = await readSafetensors(path.join(workspace, 'student.safetensors'));
    expect(tensors.get('cls_token')!.data[0]).toBe(11);
  });

  it.each([
    ['timm', ['config.json', 'manifest.json', 'model.safetensors']],
    [
      'hf',
      [
        'README.md',
        'config.json',
        'manifest.json',
        'model.safetensors',
        'preprocessor_config.json',
      ],
    ],
  ])('writes a folder for %s', async (format, files) => {
    const { code, records } = await exportRun('mine', format, `${format}/network/`);
    expect(code).toBe(0);
    expect(records[0]).toMatchObject({ type: 'export', format, step: 20, network: 'teacher' });
    expect(readdirSync(path.join(workspace, format, 'network')).sort()).toEqual(files);
  });

  it('packs a pre-training to continue', async () => {
    const { records } = await exportRun('mine', 'continuation', 'package', '--checkpoint', '10');
    const { state } = await readContinuation(path.join(workspace, 'package'));
    expect(records[0]).toMatchObject({ format: 'continuation', step: 10, tensors: state.size });
    expect(state.get('teacher.cls_token')!.data[0]).toBe(12);
  });

  it('names what is missing', async () => {
    const missing = await exportRun('mine', 'safetensors', 'x', '--checkpoint', '11');
    expect(missing.code).toBe(1);
    expect(missing.records[0]).toMatchObject({ code: 'checkpoint-not-found' });
    expect(missing.stderr).toContain('no checkpoint at step 11; there are 10, 20');
    const nobody = await exportRun('nobody', 'safetensors', 'x');
    expect(nobody.records[0]).toMatchObject({ code: 'run-not-found' });
    expect((await exportRun('mine', 'safetensors', 'folder/')).code).toBe(2);
  });

  it('leaves what is there and leaves nothing behind when it fails', async () => {
    mkdirSync(path.join(workspace, 'taken'));
    writeFileSync(path.join(workspace, 'taken', 'photo.png'), 'mine');
    for (const format of ['safetensors', 'hf']) {
      const { records } = await exportRun('mine', format, 'taken');
      expect(records[0]).toMatchObject({ code: 'target-taken' });
    }
    expect(readdirSync(path.join(workspace, 'taken'))).toEqual(['photo.png']);
    expect(readdirSync(workspace).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('passes over a damaged checkpoint', async () => {
    truncateSync(path.join(run.checkpointsDir, '20', 'state.safetensors'), 40);
    const { records } = await exportRun('mine', 'safetensors', 'older.safetensors');
    expect(records[0]).toMatchObject({ type: 'export', step: 10 });
  });
});
