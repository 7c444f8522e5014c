import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeOnnxModel } from '../formats/onnx/model.ts';
import { exportOnnx } from '../models/export/onnx.ts';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { modelTask } from './model-task.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-model-task-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const taskOf = (name: string) =>
  modelTask({ workspace: folder, reference: path.join(folder, name) });

it('names the task of weights and of an exported file, and none without classes', async () => {
  await exportSafetensors(path.join(folder, 'own.safetensors'), tinyModel({ pooling: 'mean' }));
  await exportSafetensors(path.join(folder, 'trunk.safetensors'), tinyModel());
  await exportOnnx(path.join(folder, 'own.onnx'), tinyModel({ pooling: 'mean' }));
  expect(await taskOf('own.safetensors')).toEqual({ task: 'classify' });
  expect(await taskOf('trunk.safetensors')).toEqual({});
  expect(await taskOf('own.onnx')).toEqual({ task: 'classify' });
  await expect(taskOf('nothing.onnx')).rejects.toMatchObject({ code: 'run-not-found' });
});

it.each(['segment', 'detect', 'instances'])('reads the metadata of %s', async (task) => {
  const metadata = {
    task,
    image_size: '[16,16]',
    mean: '[0.5,0.5,0.5]',
    std: '[0.5,0.5,0.5]',
    classes: '["ant","bee"]',
  };
  const file = encodeOnnxModel({
    name: 'dense',
    opset: 17,
    nodes: [{ op: 'Identity', inputs: ['input'], outputs: ['output'] }],
    inputs: [{ name: 'input', type: 'f32', shape: [1, 3, 16, 16] }],
    outputs: [{ name: 'output', type: 'f32', shape: [1, 3, 16, 16] }],
    initializers: [],
    metadata,
  });
  await writeFile(path.join(folder, 'dense.onnx'), file);
  expect(await taskOf('dense.onnx')).toEqual({ task });
});
