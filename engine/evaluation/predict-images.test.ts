import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../formats/safetensors.ts';
import { type ClassifierConfig, classifierParameters } from '../nn/classifier.ts';
import { initialise } from '../nn/initialise.ts';
import { gridOf } from '../nn/vit.ts';
import { packagedFile } from '../platform/packaged-file.ts';
import { RandomStream } from '../random/philox.ts';
import { evaluateScores } from '../tasks/classify/metrics.ts';
import { predictImages } from './predict-images.ts';

const config: ClassifierConfig = {
  vit: {
    channels: 3,
    imageSize: [8, 8],
    patchSize: 4,
    embedDim: 12,
    depth: 2,
    heads: 2,
    mlpRatio: 2,
    layerScale: 0.3,
    relPos: 'perBlock',
    absPos: false,
  },
  classes: 4,
  pooling: 'mean',
  headScale: 20,
};
const tensors = initialise(classifierParameters(config), {
  seed: 3,
  std: 0.2,
  grid: gridOf(config.vit),
  relPosInit: 'distance',
});
const SIZE = 3 * 8 * 8;
const IMAGES = 7;
const stream = new RandomStream(2, 'test');
const pixels = Float32Array.from({ length: IMAGES * SIZE }, () => stream.normal());
const source = {
  images: IMAGES,
  load: async (start: number, end: number) => pixels.subarray(start * SIZE, end * SIZE),
};

/** The network of a stored fixture. */
function authorsConfig(stored: Record<string, number | boolean>): ClassifierConfig {
  const number = (name: string) => Number(stored[name]);
  const table = stored['rel_pos_per_block'] ? 'perBlock' : 'none';
  return {
    vit: {
      channels: 3,
      imageSize: [number('img'), number('img')],
      patchSize: number('patch'),
      embedDim: number('embed'),
      depth: number('depth'),
      heads: number('heads'),
      mlpRatio: number('mlp_ratio'),
      layerScale: number('layer_scale'),
      relPos: table,
      absPos: Boolean(stored['abs_pos']),
    },
    classes: number('classes'),
    pooling: stored['mean_pooling'] ? 'mean' : 'cls',
    headScale: 1,
  };
}

describe('predictImages', () => {
  it('gives the same logits for any batch size, on both executors', async () => {
    const request = { ...source, config, tensors };
    const reference = await predictImages({ ...request, device: 'reference', batchSize: 7 });
    const { data } = reference.scores;
    expect(reference.scores).toMatchObject({ kind: 'logits', count: 7, classes: 4 });
    for (const batchSize of [1, 3, 64]) {
      const progress: number[] = [];
      const found = await predictImages({
        ...request,
        device: 'cpu',
        batchSize,
        onProgress: ({ done, total }) => progress.push(done / total),
      });
      expect(found.imagesPerSecond).toBeGreaterThan(0);
      expect(progress).toHaveLength(Math.ceil(7 / batchSize));
      expect(progress.at(-1)).toBe(1);
      for (const [i, logit] of found.scores.data.entries()) expect(logit).toBeCloseTo(data[i]!, 4);
    }
    expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(0.1);
    const report = evaluateScores(reference.scores, [0, 1, 2, 3, 0, 1, 2], ['a', 'b', 'c', 'd']);
    expect(report.images).toBe(7);
  });

  it.each(['mean', 'cls', 'abs_pos'])("gives the logits of the authors' code: %s", async (kind) => {
    const file = packagedFile(`assets/fixtures/finetune_tiny_${kind}.safetensors`);
    const { tensors: fixture, metadata } = await readSafetensors(file);
    const { data, shape } = fixture.get('input.images')!;
    const images = Float32Array.from(data, Number);
    const expected = Float64Array.from(fixture.get('expected64.logits')!.data, Number);
    const size = images.length / shape[0]!;
    const { scores } = await predictImages({
      config: authorsConfig(JSON.parse(metadata['config']!)),
      tensors: new Map(
        [...fixture]
          .filter(([name]) => name.startsWith('param.'))
          .map(([name, tensor]) => [name.slice('param.'.length), tensor]),
      ),
      images: shape[0]!,
      load: async (from, to) => images.subarray(from * size, to * size),
      batchSize: 3,
    });
    for (const [i, logit] of scores.data.entries()) expect(logit).toBeCloseTo(expected[i]!, 5);
  });

  it('refuses weights of another network', async () => {
    const other = { ...config, classes: 5 };
    await expect(predictImages({ ...source, config: other, tensors })).rejects.toMatchObject({
      code: 'weights-mismatch',
      message: expect.stringContaining('head.weight is [4, 12] and must be [5, 12]'),
    });
  });
});
