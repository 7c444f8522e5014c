import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../contract/recipe.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import { verdictText } from './commands/demo.ts';
import type { LabelledSamples } from './parts.ts';
import { doneEvent, type FakeParts, runCommand, stepEvent } from './testing/fake-host.ts';

const named = (name: string): NamedTensors =>
  new Map([[name, { dtype: 'f32', shape: [0], data: new Float32Array() }]]);

/** Features that tell the classes apart only if the network is a trained one. */
const parts: FakeParts = {
  sampleData: async (_name, { out }) => ({ out, train: 40, test: 20 }),
  pretrain: async (request) => {
    expect(request.data).toEqual([path.join(request.workspace, 'cifar10', 'train')]);
    request.onRun!({ id: 'r', dir: '/w/r', device: 'cpu', images: 40, totalSteps: 100 });
    for (let step = 1; step <= 100; step++) request.onEvent!(stepEvent(step));
    request.onEvent!(doneEvent(100));
    return { status: 'done', step: 100, checkpoint: '/c', images: 40 };
  },
  exportNetwork: async ({ out }) => ({
    path: out,
    tensors: 3,
    bytes: 10,
    step: 100,
    network: 'teacher',
    format: 'safetensors',
    origin: 'teacher of demo',
    largestDifference: 0,
  }),
  readNetwork: async ({ network }) => named(network),
  untrainedNetwork: async () => named('untrained'),
  labelledSamples: async (folder): Promise<LabelledSamples> => {
    const count = folder.endsWith('test') ? 20 : 40;
    return {
      samples: Array.from({ length: count }, (_, i) => ({ path: String(i) })),
      labels: Array.from({ length: count }, (_, i) => i % 2),
      classes: ['cat', 'dog'],
    };
  },
  features: async ({ networks, samples }) =>
    networks.map((tensors) => ({
      data: Float32Array.from(
        [...samples].flatMap((_, i) => [1, tensors.has('untrained') ? 0 : i % 2]),
      ),
      count: samples.length,
      width: 2,
    })),
};

describe('demo', () => {
  it('trains, exports and compares with the untrained network', async () => {
    const { code, records } = await runCommand(['demo', '--json', '--out', 'd'], parts);
    expect(code).toBe(0);
    const types = records.map(({ type }) => type);
    expect(types.filter((type) => type !== 'step')).toEqual(['run', 'done', 'export', 'verdict']);
    expect(records.at(-1)).toMatchObject({
      untrained: 0.5,
      teacher: 1,
      student: 1,
      n: 20,
      guessing: 0.5,
      chance: 1 / 64,
    });
    const { lossStart, lossEnd } = records.at(-1) as { lossStart: number; lossEnd: number };
    expect(lossEnd).toBeLessThan(lossStart);
  });

  it('reads each photograph once for all networks', async () => {
    const asked: number[][] = [];
    const features: FakeParts['features'] = (request) => {
      asked.push([request.networks.length, request.samples.length]);
      return parts.features!(request);
    };
    await runCommand(['demo', '--json', '--out', 'd'], { ...parts, features });
    expect(asked).toEqual([
      [3, 40],
      [3, 20],
    ]);
  });

  it('gives the recipe its length', async () => {
    let steps: number | null = 0;
    const pretrain: FakeParts['pretrain'] = async ({ recipe }) => {
      steps = recipe.steps;
      return { status: 'stopped', step: 0, checkpoint: '' };
    };
    await runCommand(['demo', '--steps', '5'], { ...parts, pretrain });
    expect(steps).toBe(5);
    expect(parseRecipe().steps).toBeNull();
  });
});

describe('verdictText', () => {
  const verdict = {
    untrained: 0.259,
    teacher: 0.298,
    student: 0.313,
    n: 2000,
    guessing: 0.1,
    lossStart: 4.16,
    lossEnd: 3.7,
    tokenMatch: 0.16,
    chance: 1 / 64,
  };

  it('says by how much it is better', () => {
    const text = verdictText(verdict);
    expect(text).toContain('25.9 %');
    expect(text).toContain('29.8 %  (+3.9 points)');
    expect(text).toContain('Pre-training improved');
  });

  it('does not call luck learning', () => {
    expect(verdictText({ ...verdict, teacher: 0.275 })).toContain('chance can give 2.7 points');
    expect(verdictText({ ...verdict, n: 200 })).not.toContain('Pre-training improved');
  });

  it('does not claim success without it', () => {
    for (const bad of [{ teacher: 0.2 }, { lossEnd: 5 }, { tokenMatch: 0.001 }]) {
      expect(verdictText({ ...verdict, ...bad })).toContain('did not improve');
    }
  });
});
