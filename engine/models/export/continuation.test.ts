import {
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listCheckpoints, loadCheckpoint } from '../../checkpoint/checkpoint.ts';
import { saveCheckpoint } from '../../checkpoint/save.ts';
import { parseRecipe, type Recipe } from '../../contract/recipe.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { createPretrainLearner } from '../../tasks/pretrain/pretrain-learner.ts';
import { openWeights } from '../import/open-weights.ts';
import { exportContinuation, readContinuation } from './continuation.ts';

const recipe: Recipe = parseRecipe(
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
  },
);

let root: string;
let run: RunFolder;
let folder: string;
beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-continuation-'));
  folder = path.join(root, 'out', 'package');
  run = await RunFolder.create(root, {
    name: 'mine',
    kind: 'pretrain',
    totalSteps: 20,
    device: 'cpu',
    recipe,
    versions: {},
    dataset: { folders: ['/images'], images: 3, fingerprint: 'f' },
  });
  const task = await createPretrainLearner({ recipe, device: 'cpu' });
  try {
    const position = { step: 10, skippedBatches: [], failedInARow: 0 };
    const state = await task.readState();
    await saveCheckpoint({ root: run.checkpointsDir, position, state, versions: {} });
  } finally {
    await task.dispose();
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const checkpoint = async () => loadCheckpoint((await listCheckpoints(run.checkpointsDir))[0]!);
const write = async () => exportContinuation(folder, run.record, await checkpoint());

describe('a continuation package', () => {
  it('has the normalisation and size of images for users of its network', async () => {
    const mean = [0.1, 0.2, 0.3] as const;
    const std = [0.4, 0.5, 0.6] as const;
    Object.assign(run.record, { recipe: { ...recipe, mean, std } });
    await write();
    const { model, report } = await openWeights(folder);
    expect([model.mean, model.std]).toEqual([mean, std]);
    expect(model.vit).toMatchObject({ imageSize: [16, 16], heads: 2 });
    expect(report.notes.join(' ')).not.toContain('assumed (');
    expect(report.notes.join(' ')).not.toContain('0.5 is assumed');
  });

  it('holds the whole state and the recipe, bit by bit', async () => {
    const { state } = await checkpoint();
    const written = await write();
    expect(written).toMatchObject({ path: folder, tensors: state.size, largestDifference: 0 });
    const back = await readContinuation(folder);
    expect(back.origin).toBe(`${run.record.id}, step 10`);
    expect(back.recipe).toEqual(recipe);
    expect([...back.state]).toEqual([...state]);
    for (const start of ['student.', 'teacher.', 'exp_avg.', 'exp_avg_sq.', 'optimizer.updates'])
      expect(
        [...back.state.keys()].some((name) => name.startsWith(start)),
        start,
      ).toBe(true);
    expect(readdirSync(folder).sort()).toEqual([
      'README.md',
      'manifest.json',
      'recipe.json',
      'state.safetensors',
    ]);
    expect(readdirSync(path.dirname(folder))).toEqual(['package']);
  });

  it.each([
    [
      'a file cut short',
      () => truncateSync(path.join(folder, 'state.safetensors'), 500),
      /500 bytes/,
    ],
    ['a changed file', () => appendSpace('recipe.json'), /bytes instead of/],
    ['a swapped byte', () => swapByte('state.safetensors'), /was changed/],
    ['a missing file', () => rmSync(path.join(folder, 'recipe.json')), /cannot be read/],
    ['a missing manifest', () => rmSync(path.join(folder, 'manifest.json')), /manifest\.json/],
  ] as const)('is refused with %s', async (_, hurt, reason) => {
    await write();
    hurt();
    await expect(readContinuation(folder)).rejects.toMatchObject({
      code: 'export-damaged',
      message: expect.stringMatching(reason),
    });
  });

  it('replaces an empty folder and its own earlier export, and nothing else', async () => {
    mkdirSync(folder, { recursive: true });
    await write();
    await write();
    await readContinuation(folder);
    writeFileSync(path.join(folder, 'notes.txt'), 'mine');
    await expect(write()).rejects.toMatchObject({ code: 'target-taken' });
    expect(readFileSync(path.join(folder, 'notes.txt'), 'utf8')).toBe('mine');
    expect(existsSync(path.join(folder, 'state.safetensors'))).toBe(true);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file');
    await expect(write()).rejects.toMatchObject({ code: 'target-taken' });
    expect(readdirSync(path.dirname(folder))).toEqual(['package']);
  });

  it('is not made of a fine-tuned run', async () => {
    const record = { ...run.record, kind: 'finetune' as const };
    await expect(exportContinuation(folder, record, await checkpoint())).rejects.toMatchObject({
      code: 'continuation-unsupported',
    });
    expect(existsSync(folder)).toBe(false);
  });
});

function appendSpace(name: string): void {
  writeFileSync(path.join(folder, name), `${readFileSync(path.join(folder, name), 'utf8')} `);
}

function swapByte(name: string): void {
  const bytes = readFileSync(path.join(folder, name));
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path.join(folder, name), bytes);
}
