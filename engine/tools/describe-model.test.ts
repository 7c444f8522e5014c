import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelDetailSchema } from '../contract/studio/models.ts';
import { exportHuggingFace } from '../models/export/hugging-face.ts';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { describeModel } from './describe-model.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-describe-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a description of a network', () => {
  it('has its sizes, its classes and a card', async () => {
    const model = tinyModel({ pooling: 'mean' });
    await exportHuggingFace(path.join(folder, 'hf'), model);
    const detail = await describeModel({ workspace: folder, reference: path.join(folder, 'hf') });
    expect(modelDetailSchema.parse(detail)).toEqual(detail);
    expect(detail).toMatchObject({
      imageSize: [16, 16],
      patchSize: 4,
      embedDim: 12,
      depth: 2,
      heads: 3,
      classes: ['ant', 'bee', 'wasp'],
      tensors: model.tensors.size,
    });
    const parameters = [...model.tensors.values()].map(({ shape }) => elementCount(shape));
    expect(detail.parameters).toBe(parameters.reduce((sum, count) => sum + count, 0));
    // The card of the export, but for where the network came from and what is known of its training.
    const card = await readFile(path.join(folder, 'hf', 'README.md'), 'utf8');
    const use = card.slice(card.indexOf('## Use'));
    expect(use.length).toBeGreaterThan(500);
    expect(detail.card).toContain(use);
    expect(detail.card).toContain('Classes: `ant`, `bee`, `wasp`.');
  });

  it('has its channels and its range of values', async () => {
    const file = path.join(folder, 'six.safetensors');
    await exportSafetensors(file, tinyModel({ channels: 6, valueRange: [[0, 4095]] }));
    const detail = await describeModel({ workspace: folder, reference: file });
    expect(modelDetailSchema.parse(detail)).toEqual(detail);
    expect(detail).toMatchObject({ channels: 6, valueRange: [[0, 4095]] });
    expect(detail.mean).toHaveLength(6);
    expect(detail.card).toContain('Images have 6 channels.');
  });

  it('says when there is no such network', async () => {
    await expect(describeModel({ workspace: folder, reference: 'nothing' })).rejects.toMatchObject({
      code: 'run-not-found',
    });
  });
});
