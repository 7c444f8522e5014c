/** Networks of a workspace as lists show them. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { importModel } from '../models/import/import-model.ts';
import { importsDir, listModels } from './models.ts';
import { RunCatalogue } from './runs/run-catalogue.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(path.join(os.tmpdir(), 'conmim-models-'));
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

const detector = {
  task: 'instances',
  classes: ['ant', 'bee'],
  queries: 3,
  queryBlocks: 1,
  masks: true,
};

it.each([
  ['trunk', tinyModel(), { kind: 'pretrained' }],
  ['classifier', tinyModel({ pooling: 'mean' }), { kind: 'classifier', classes: 3 }],
  ['detector', tinyModel({ detector }), { kind: 'classifier', classes: 2, task: 'instances' }],
])('lists an imported %s as what it is', async (name, model, shown) => {
  const file = path.join(workspace, `${name}.safetensors`);
  await exportSafetensors(file, model);
  await importModel(file, path.join(importsDir(workspace), name));
  const [listed] = await listModels(workspace, new RunCatalogue(workspace));
  expect(listed).toMatchObject({ name, source: 'import', ...shown });
});
