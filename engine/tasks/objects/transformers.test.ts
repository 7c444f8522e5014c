import { expect, it } from 'vitest';
import { openDevice } from '../../executors/open-device.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { type DetectorConfig, detectorParameters } from '../../nn/query-detector.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { elementCount, type HostTensor } from '../../tensor/host-tensor.ts';
import { type LearntObjects, lossCounts, lossDivisors } from './object-loss.ts';
import { buildObjectModule } from './object-module.ts';
import { type PassRules, passLoss } from './pass-loss.ts';

const { tensors } = await readSafetensors(
  packagedFile('engine/tasks/objects/testing/eomt.safetensors'),
);
const [B, SIDE, CLASSES, Q, POINTS] = [2, 32, 3, 5, 40];
const DEPTHS = 3;
const config: DetectorConfig = {
  vit: {
    channels: 3,
    imageSize: [SIDE, SIDE],
    patchSize: 8,
    embedDim: 12,
    depth: 3,
    heads: 2,
    mlpRatio: 2,
    layerScale: 0.5,
    relPos: 'none',
    absPos: true,
  },
  classes: CLASSES,
  queries: Q,
  queryBlocks: 2,
  masks: true,
};
const GRID = { rows: 8, cols: 8 };

const floats = (name: string) => tensors.get(name)!.data as Float32Array;
const points = (name: string) => tensors.get(name)!.data as unknown as Float64Array;

const objects = Array.from({ length: B }, (_, i): LearntObjects => {
  const classes = tensors.get(`classes.${i}`)!.data as Int32Array;
  return {
    classes,
    boxes: new Float32Array(4 * classes.length).fill(0.5),
    ignored: new Float32Array(),
    masks: Uint8Array.from(floats(`masks.${i}`)),
    hasMask: new Uint8Array(classes.length).fill(1),
  };
});

// transformers has no boxes.
const weights = { class: 2, noObject: 0.1, box: 0, giou: 0, mask: 5, dice: 5 };

/** The stored points of an image at a depth, for each object in the order of the queries. */
function storedDraws(image: number, depth: number) {
  let next = objects.slice(0, image).reduce((sum, { classes }) => sum + classes.length, 0);
  const part = (name: string, count: number, at: number) =>
    points(`depth.${depth}.${name}`).slice(2 * count * at, 2 * count * (at + 1));
  return {
    matching: () => points(`depth.${depth}.matching.${image}`),
    candidates: () => part('candidates', 3 * POINTS, next),
    others: () => part('others', POINTS / 4, next++),
  };
}

const rules: PassRules = {
  weights,
  queries: Q,
  points: POINTS,
  divisors: lossDivisors(lossCounts(objects, Q, weights)),
  maskSize: { rows: SIDE, cols: SIDE },
  depths: DEPTHS,
  firstHasBoxes: false,
  grid: GRID,
  draws: storedDraws,
};

async function openStep(device: string, keepActivations = true) {
  const module = buildObjectModule({
    network: config,
    batchSize: B,
    adamw: { beta1: 0.9, beta2: 0.999, eps: 1e-8 },
    dropPath: false,
    keepActivations,
    groupOf: () => 'all',
  });
  const { executor, id } = await openDevice(device);
  const program = await executor.compile(module, { device: id });
  const zeros = (shape: readonly number[]): HostTensor => ({
    dtype: 'f32',
    shape,
    data: new Float32Array(elementCount(shape)),
  });
  await program.writeState(
    new Map(
      detectorParameters(config).map(({ name, shape }) => [
        `model.${name}`,
        tensors.get(`model.${name}`) ?? zeros(shape),
      ]),
    ),
  );
  return program;
}

/** [B, cells, Q] to [B, Q, cells] */
function perQuery(masks: ArrayLike<number>): Float64Array {
  const cells = GRID.rows * GRID.cols;
  return Float64Array.from({ length: masks.length }, (_, at) => {
    const [image, rest] = [Math.floor(at / (cells * Q)), at % (cells * Q)];
    return masks[image * cells * Q + (rest % cells) * Q + Math.floor(rest / cells)]!;
  });
}

/** Values that should be zero are not exactly so. */
const LEAST_SIZE = 1e-3;

/** Largest difference as a share of the largest value. */
function furthest(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(actual.length).toBe(wanted.length);
  const values = Array.from(wanted);
  const size = Math.max(LEAST_SIZE, ...values.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - actual[i]!))) / size;
}

it.each([
  ['reference', true, 1e-6],
  ['reference', false, 1e-6],
  ['cpu', true, 1e-4],
])(
  'is EomtForUniversalSegmentation of transformers with its loss and gradients, on %s, activations kept: %s',
  async (device, keeps, tolerance) => {
    const program = await openStep(device, keeps);
    const inputs = {
      images: floats('images'),
      attend: new Float32Array((DEPTHS - 1) * B * Q).fill(1),
    };
    const found = await program.run('forward', inputs);
    const predicted = {
      classes: found.get('classes').data as Float64Array,
      boxes: found.get('boxes').data as Float64Array,
      masks: found.get('masks')!.data as Float64Array,
    };
    const differences: [string, number][] = [];
    for (let depth = 0; depth < DEPTHS; depth++) {
      const part = (all: Float64Array) =>
        all.subarray((depth * all.length) / DEPTHS, ((depth + 1) * all.length) / DEPTHS);
      differences.push(
        [`classes ${depth}`, furthest(part(predicted.classes), floats(`depth.${depth}.classes`))],
        [
          `masks ${depth}`,
          furthest(perQuery(part(predicted.masks)), floats(`depth.${depth}.masks`)),
        ],
      );
    }
    const { loss, feeds } = passLoss(predicted, objects, rules);
    differences.push(['loss', furthest([loss], floats('loss'))]);
    const results = await program.run('gradients', { ...inputs, ...feeds });
    differences.push([
      'loss of the step',
      furthest(results.get('loss').data as Float32Array, [loss]),
    ]);
    const own = await program.readState();
    const names = detectorParameters(config).map(({ name }) => name);
    const compared = names.filter((name) => tensors.has(`gradient.${name}`));
    for (const name of compared) {
      // There the class token has no position.
      const from = name === 'pos_embed' ? config.vit.embedDim : 0;
      const slopes = own.get(`grad.${name}`)!.data.subarray(from);
      differences.push([name, furthest(slopes, floats(`gradient.${name}`).subarray(from))]);
    }
    await program.dispose();
    expect(differences.filter(([, difference]) => !(difference < tolerance))).toEqual([]);
    expect(compared).toHaveLength(names.filter((name) => !name.startsWith('box_head.')).length);
  },
);

it('has the loss of each depth', () => {
  for (let depth = 0; depth < DEPTHS; depth++) {
    const cells = GRID.rows * GRID.cols;
    const masks = floats(`depth.${depth}.masks`);
    const byCell = Float64Array.from({ length: masks.length }, (_, at) => {
      const [image, rest] = [Math.floor(at / (cells * Q)), at % (cells * Q)];
      return masks[image * cells * Q + (rest % Q) * cells + Math.floor(rest / Q)]!;
    });
    const predicted = {
      classes: floats(`depth.${depth}.classes`),
      boxes: new Float32Array(B * Q * 4),
      masks: byCell,
    };
    const draws = (image: number) => storedDraws(image, depth);
    const { loss } = passLoss(predicted, objects, { ...rules, depths: 1, draws });
    expect(furthest([loss], floats(`depth.${depth}.loss`))).toBeLessThan(1e-6);
  }
});

it('has in evaluation, without masked attention, the predictions of transformers', async () => {
  const program = await openStep('reference');
  const found = await program.run('predict', { images: floats('images') });
  expect(furthest(found.get('classes').data as Float64Array, floats('eval.classes'))).toBeLessThan(
    1e-6,
  );
  const masks = perQuery(found.get('masks')!.data as Float64Array);
  expect(furthest(masks, floats('eval.masks'))).toBeLessThan(1e-6);
  await program.dispose();
});
