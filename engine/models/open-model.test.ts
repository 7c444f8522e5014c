import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../checkpoint/save.ts';
import { parseFinetuneRecipe } from '../contract/finetune-recipe.ts';
import { parseRecipe } from '../contract/recipe.ts';
import { TOP1 } from '../contract/scores.ts';
import { writeSafetensors } from '../formats/safetensors.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { createPretrainLearner } from '../tasks/pretrain/pretrain-learner.ts';
import { initialClassifier } from '../tasks/shared/classifier-learner.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import { openContinuation } from './continue-from.ts';
import { exportNetwork } from './export/export-network.ts';
import { compareNetworks } from './export/forward.ts';
import { openModel } from './open-model.ts';

const NETWORK = { image_size: 16, patch_size: 4, embed_dim: 8, depth: 1, heads: 2, batch_size: 2 };
let workspace: string;
let pretraining: RunFolder;
let classifier: RunFolder;

async function runWith(
  kind: 'pretrain' | 'finetune',
  recipe: Readonly<Record<string, unknown>>,
  states: readonly (readonly [number, NamedTensors])[],
) {
  const run = await RunFolder.create(workspace, {
    name: kind,
    kind,
    totalSteps: 20,
    device: 'cpu',
    recipe,
    versions: {},
    dataset: { folders: ['/images'], images: 3, fingerprint: 'f' },
    ...(kind === 'finetune' ? { classes: ['ant', 'bee'] } : {}),
  });
  for (const [step, state] of states)
    await saveCheckpoint({
      root: run.checkpointsDir,
      position: { step, skippedBatches: [], failedInARow: 0 },
      state,
      versions: {},
    });
  return run;
}

beforeAll(async () => {
  workspace = mkdtempSync(path.join(tmpdir(), 'conmim-open-'));
  const recipe = parseRecipe({}, { ...NETWORK, mlp_dim: 16, proj_dim: 8, mask_patches: 9 });
  const task = await createPretrainLearner({ recipe, device: 'cpu' });
  const state = await task.readState();
  await task.dispose();
  pretraining = await runWith('pretrain', recipe, [[10, state]]);
  const fine = parseFinetuneRecipe({}, { ...NETWORK, pooling: 'cls', mean: 'imagenet' });
  const [early, late] = [1, 2].map((seed) => {
    const tensors = initialClassifier({ ...fine, seed }, 2);
    return new Map([...tensors].map(([name, tensor]) => [`model.${name}`, tensor]));
  });
  classifier = await runWith('finetune', fine, [
    [5, early!],
    [10, late!],
  ]);
  await classifier.update({
    best: { step: 5, n: 40, primary: TOP1, values: { top1: 0.9, top5: 1, loss: 0.3 } },
  });
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const open = (reference: string, more: object = {}) => openModel(reference, { workspace, ...more });
const at = (name: string) => path.join(workspace, name);

describe('openModel', () => {
  it('opens a pre-training by its name, folder, checkpoint folder and state', async () => {
    const state = path.join(pretraining.checkpointsDir, '10', 'state.safetensors');
    for (const reference of ['pretrain', pretraining.dir, path.dirname(state), state]) {
      const { model, report } = await open(reference);
      expect(model.about).toMatchObject({ run: pretraining.record.id, step: 10 });
      expect(model.origin).toContain('teacher of');
      expect(model.vit).toMatchObject({ imageSize: [16, 16], heads: 2, relPos: 'shared' });
      expect(report.matched).toHaveLength(model.tensors.size);
    }
    const { model } = await open('pretrain', { network: 'student' });
    expect(model.about.network).toBe('student');
  });

  it('opens the best state of a classifier, or the one asked for', async () => {
    const { model } = await open('finetune');
    expect(model.head).toEqual({ classes: ['ant', 'bee'], pooling: 'cls' });
    expect(model.about).toMatchObject({ step: 5, metrics: { top1: 0.9, images: 40 } });
    expect(model.mean).toEqual([0.485, 0.456, 0.406]);
    expect((await open('finetune', { step: 10 })).model.about.step).toBe(10);
  });

  it.each(['safetensors', 'timm', 'hf', 'continuation'] as const)(
    'opens what was exported (%s)',
    async (format) => {
      const out = at(`exported-${format}`);
      await exportNetwork({ workspace, run: 'pretrain', format, out });
      const { model } = await open(out);
      expect(await compareNetworks((await open('pretrain')).model, model)).toBe(0);
      if (format === 'continuation') expect(model.origin).toContain('teacher of');
    },
  );

  it('exports what was opened from a file, in every format', async () => {
    const file = at('first.safetensors');
    await exportNetwork({ workspace, run: 'finetune', format: 'safetensors', out: file });
    for (const format of ['timm', 'hf', 'onnx'] as const) {
      const out = at(`second-${format}`);
      const written = await exportNetwork({ workspace, run: file, format, out });
      expect(written.origin).toContain('step 5');
      if (format === 'onnx') continue;
      const { model } = await open(out);
      expect(model.head?.classes).toEqual(['ant', 'bee']);
    }
  });

  it('says what it assumed of weights that tell nothing, also when they are exported', async () => {
    const { model } = await open('pretrain');
    const file = at('bare.safetensors');
    await writeSafetensors(file, model.tensors);
    const order = { workspace, run: file, format: 'timm', out: at('bare-timm') } as const;
    expect((await exportNetwork(order)).notes?.join(' ')).toContain('0.5 is assumed');
    await expect(openContinuation(file, { workspace })).rejects.toMatchObject({
      code: 'not-a-pretraining',
    });
  });

  it('names what it cannot find', async () => {
    await expect(open('nobody')).rejects.toMatchObject({
      code: 'run-not-found',
      message: expect.stringContaining('no file and no folder'),
    });
    writeFileSync(at('notes.txt'), 'no weights at all');
    await expect(open(at('notes.txt'))).rejects.toMatchObject({ code: 'import-not-weights' });
    await expect(open(pretraining.checkpointsDir)).rejects.toMatchObject({
      code: 'import-no-weights',
    });
    await expect(open(at('notes.txt'), { step: 3 })).rejects.toMatchObject({ code: 'usage' });
  });
});
