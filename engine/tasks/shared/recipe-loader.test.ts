import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { LABELLED_TASK_IDS, LABELLED_TASKS, RECIPES } from '../../contract/tasks.ts';
import type { Model } from '../../models/model.ts';
import { vitConfig } from '../../nn/vit-config.ts';
import { readyMade } from '../../recipes/load.ts';
import { savePreset } from '../../recipes/own-presets.ts';
import { labelledTask } from '../register.ts';

const workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-recipe-loader-'));
afterAll(() => rmSync(workspace, { recursive: true }));

const { pretrain } = readyMade('micro');
const model: Model = {
  origin: 'a network',
  vit: vitConfig(pretrain, 'shared'),
  valueRange: 'type',
  mean: [0.1, 0.2, 0.3],
  std: [0.5, 0.5, 0.5],
  tensors: new Map(),
  about: {},
};

it.each(LABELLED_TASK_IDS)(
  '%s takes the settings of the network, except those that a preset of the workspace changes',
  async (task) => {
    const kind = LABELLED_TASKS[task].recipe;
    const recipe = RECIPES[kind].parse(readyMade('micro')[kind], { image_size: 48, lr: 0.002 });
    await savePreset(
      workspace,
      { kind, name: `own-${kind}`, preset: 'micro', recipe },
      { replace: false },
    );
    const request = {
      reference: `own-${kind}`,
      source: { folder: workspace, workspace },
      overrides: {},
      mode: { kind: 'partial', blocks: 2 },
      model,
    } as const;
    const { loadRecipe } = await labelledTask(task);
    expect(loadRecipe(request).recipe).toMatchObject({
      image_size: 48,
      lr: 0.002,
      mean: [0.1, 0.2, 0.3],
      trained_blocks: 2,
    });
    expect(loadRecipe({ ...request, overrides: { image_size: '64' } }).recipe.image_size).toBe(64);
  },
);

it('measures the statistics where the recipe has other channels than the network', async () => {
  const { loadRecipe } = await labelledTask('classify');
  const request = { reference: undefined, source: { folder: workspace, workspace }, model };
  const load = (overrides: Record<string, unknown>) =>
    loadRecipe({ ...request, overrides, mode: { kind: 'full' } }).recipe;
  expect(load({ channels: '2' })).toMatchObject({ channels: 2, mean: 'measured', std: 'measured' });
  expect(load({ channels: '2', mean: '0.5' })).toMatchObject({ mean: [0.5, 0.5], std: 'measured' });
  expect(load({ channels: '3' })).toMatchObject({ channels: 3, mean: model.mean, std: model.std });
});

it('reads stacks as the network was trained on them, where its channels are kept', async () => {
  const { loadRecipe } = await labelledTask('classify');
  const trained = { ...model, about: { recipe: { stack_channels: 'CZ' } } };
  const request = { reference: undefined, source: { folder: workspace, workspace } };
  const load = (overrides: Record<string, unknown>, of: Model = trained) =>
    loadRecipe({ ...request, overrides, mode: { kind: 'full' }, model: of }).recipe;
  expect(load({})).toMatchObject({ stack_channels: 'CZ' });
  expect(load({ stack_channels: 'Z' })).toMatchObject({ stack_channels: 'Z' });
  expect(load({ channels: '2' })).toMatchObject({ stack_channels: 'C' });
  expect(load({}, model)).toMatchObject({ stack_channels: 'C' });
});
