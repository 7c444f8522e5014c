/** Checks of checkpoints by stored values: PyTorch files, resized positions, classifier starts. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { collectTensors } from '../formats/torch/state-dictionary.ts';
import { readTorchFile } from '../formats/torch/torch-file.ts';
import { isDictionary } from '../formats/torch/values.ts';
import { type ClassifierConfig, classifierParameters } from '../nn/classifier.ts';
import { initialise } from '../nn/initialise.ts';
import { resizePositionEmbedding, resizeRelativePositions } from '../nn/resize-positions.ts';
import { SHARED_TABLE } from '../nn/vit.ts';
import { loadWeights } from '../tasks/shared/load-weights.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';
import { type Checker, maxError } from './checks.ts';
import { type Fixture, floatsOf, readFixture, tensorOf } from './fixture-file.ts';

const TABLE_LIMIT = 1e-6;
const EMBEDDING_LIMIT = 1e-5;

export async function checkInterpolation(fixture: Fixture, checker: Checker): Promise<void> {
  for (const name of fixture.tensors.keys()) {
    const found = /^(relpos|pos_embed)\.(\d+)to(\d+)\.input$/.exec(name);
    if (found === null) continue;
    const [a, b] = [Number(found[2]), Number(found[3])];
    const [from, to] = [
      { rows: a, cols: a },
      { rows: b, cols: b },
    ];
    const channels = tensorOf(fixture, name).shape.at(-1)!;
    const input = floatsOf(fixture, name);
    const want = floatsOf(fixture, name.replace('.input', '.expected'));
    if (found[1] === 'relpos') {
      const ours = resizeRelativePositions(input, channels, from, to);
      checker.group('tables of relative positions', maxError(ours, want), TABLE_LIMIT);
    } else {
      const ours = resizePositionEmbedding(input, channels, from, to);
      checker.group('position embeddings', maxError(ours, want), EMBEDDING_LIMIT);
    }
  }
  checker.finish();
}

interface LoadingCase {
  readonly checkpoint_keys: readonly string[];
  readonly loaded_keys: readonly string[];
  readonly left_at_initialization: readonly string[];
  readonly unused_checkpoint_keys: readonly string[];
}

/** Check which tensors are used, left and ignored, and the values of resized ones. */
export async function checkLoading(file: string, checker: Checker): Promise<void> {
  const folder = path.dirname(file);
  const cases = JSON.parse(await readFile(file, 'utf8')) as Record<string, LoadingCase>;
  const stored = await readFixture(path.join(folder, 'checkpoint_loading.safetensors'));
  const { tensors } = await readFixture(path.join(folder, 'checkpoint_tiny.safetensors'));
  for (const [name, wanted] of Object.entries(cases)) {
    // The file also holds remarks, which are no cases.
    if (wanted.checkpoint_keys === undefined) continue;
    const config = classifierFor(name, wanted);
    const given = new Map<string, HostTensor>();
    for (const key of wanted.checkpoint_keys) {
      const tensor = stored.tensors.get(`${name}.input.${key}`) ?? tensors.get(key);
      if (tensor !== undefined) given.set(key, tensor);
    }
    const grid = { rows: 4, cols: 4 };
    const initial = initialise(classifierParameters(config), {
      seed: 0,
      std: 0.02,
      grid,
      relPosInit: 'zero',
    });
    const loaded = loadWeights(given, grid, config, initial);
    const differs = (ours: readonly string[], want: readonly string[]) => {
      const [a, b] = [new Set(ours), new Set(want)];
      return [...a, ...b].filter((key) => a.has(key) !== b.has(key)).length;
    };
    const { report } = loaded;
    checker.group('keys loaded otherwise', differs(report.loaded, wanted.loaded_keys), 0);
    const left = differs(report.leftAtStart, wanted.left_at_initialization);
    checker.group('keys left at their start otherwise', left, 0);
    const unused = differs(report.unused, wanted.unused_checkpoint_keys);
    checker.group('keys ignored otherwise', unused, 0);
    for (const key of stored.tensors.keys()) {
      const target = key.split(`${name}.expected.`)[1];
      if (target === undefined || !key.startsWith(name)) continue;
      const error = maxError(loaded.tensors.get(target)!.data, tensorOf(stored, key).data);
      checker.group('resized tensors', error, EMBEDDING_LIMIT);
    }
  }
  checker.finish();
}

function classifierFor(name: string, { checkpoint_keys: keys }: LoadingCase): ClassifierConfig {
  const side = name.includes('larger') ? 96 : 64;
  const blocks = keys.filter((key) => /^blocks\.\d+\.norm1\.weight$/.test(key)).length;
  return {
    vit: {
      channels: 3,
      imageSize: [side, side],
      patchSize: 16,
      embedDim: 24,
      depth: blocks,
      heads: 3,
      mlpRatio: 4,
      layerScale: keys.includes('blocks.0.gamma_1') ? 0.1 : 0,
      relPos: keys.includes(SHARED_TABLE) ? 'perBlock' : 'none',
      absPos: keys.includes('pos_embed'),
    },
    classes: 5,
    pooling: 'mean',
    headScale: 1,
  };
}

/**
 * Check a PyTorch file: one named `unsafe` must be rejected, others must equal the safetensors file
 * of their name, if any.
 */
export async function checkTorchFile(file: string, checker: Checker): Promise<void> {
  if (path.basename(file).includes('unsafe')) {
    const code = await readTorchFile(file).then(
      () => 'accepted',
      (error: unknown) => (error instanceof StudioError ? error.code : 'crashed'),
    );
    checker.check('accepted although unsafe', code === 'checkpoint-unsafe' ? 0 : 1, 0);
    return;
  }
  const { value } = await readTorchFile(file);
  const model = isDictionary(value) ? value.get('model') : undefined;
  const { tensors } = collectTensors(model ?? value, file);
  checker.check('without tensors', tensors.size > 0 ? 0 : 1, 0);
  const twin = file.replace(/\.(zip|legacy)\.pth$/, '.safetensors');
  if (!existsSync(twin)) return;
  const stored = await readFixture(twin);
  checker.check('tensors more or fewer', Math.abs(tensors.size - stored.tensors.size), 0);
  for (const [name, { data }] of stored.tensors)
    checker.group('tensors', maxError(tensors.get(name)?.data ?? [], data), 0);
  checker.finish();
}
