import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOnnxFile } from '../../executors/onnx-file.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { networkTensors, randomImages, runNetwork } from './forward.ts';
import { exportOnnx, requireSmallEnough } from './onnx.ts';
import { onnxNetwork } from './onnx-network.ts';
import { TINY_KINDS, tinyModel } from './testing/tiny-models.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-onnx-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('an ONNX file', () => {
  const kinds = [
    ...TINY_KINDS,
    ['wide images', { imageSize: [8, 20] }] as const,
    ['tall images, classifier', { imageSize: [20, 8], pooling: 'cls' }] as const,
  ];
  it.each(kinds)('answers as the original does (%s)', async (_, kind) => {
    const file = path.join(root, 'network.onnx');
    const model = tinyModel(kind);
    const written = await exportOnnx(file, model);
    expect(written.largestDifference).toBeLessThan(2e-5);
    expect(written.largestDifference).toBeGreaterThan(0);
    const exported = await openOnnxFile(file);
    // A number of images that the export itself did not try.
    const images = randomImages(model, 5);
    const shape = [5, ...imageShape(model.vit)];
    const found = await exported.run({ pixel_values: { shape, data: images } });
    const outputs = ['last_hidden_state', 'pooler_output', ...(model.head ? ['logits'] : [])];
    expect([...found.keys()]).toEqual(outputs);
    const expected = await runNetwork(model, images, 5);
    for (const [name, { shape, data }] of expected) {
      const other = found.get(name)!;
      expect(other.shape).toEqual(shape);
      for (let i = 0; i < data.length; i++)
        expect(Math.abs(Number(other.data[i]) - Number(data[i]))).toBeLessThan(2e-5);
    }
    await exported.dispose();
    // Its own earlier export may be replaced.
    await exportOnnx(file, model);
    expect(readdirSync(root)).toEqual(['network.onnx']);
  });

  it('uses ops of the standard only', () => {
    const model = tinyModel({ pooling: 'mean' });
    const { nodes } = onnxNetwork({ ...model, tensors: networkTensors(model) }, {});
    expect(nodes.every(({ domain }) => domain === undefined || domain === '')).toBe(true);
    expect(new Set(nodes.map(({ op }) => op))).not.toContain('Gelu');
  });

  it('is refused where it would not fit', () => {
    expect(() => requireSmallEnough(tinyModel(), 1 << 24)).toThrow(
      expect.objectContaining({
        code: 'onnx-too-large',
        advice: 'Use --format safetensors, timm or hf.',
      }),
    );
  });
});
