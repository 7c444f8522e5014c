/**
 * One network of a checkpoint as a safetensors file in ConMIM (= BEiT) names.
 *
 * The file appears complete or not at all: it is written beside the target, read back, compared byte by
 * byte with the checkpoint, and only then renamed.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { listCheckpoints, loadCheckpoint, loadNewestValid } from '../checkpoint/checkpoint.ts';
import { nodeDisk } from '../checkpoint/disk.ts';
import { StudioError } from '../contract/errors.ts';
import { parseRecipe, type Recipe } from '../contract/recipe.ts';
import { readSafetensors, writeSafetensors } from '../formats/safetensors.ts';
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';
import type { RunFolder } from '../train/run-folder.ts';

export type NetworkName = 'teacher' | 'student';

export interface LoadedNetwork {
  readonly step: number;
  readonly recipe: Recipe;
  /** Parameters and projector buffers, names as in official checkpoints. */
  readonly tensors: NamedTensors;
}

/**
 * A network from a run's checkpoint.
 *
 * @param step which checkpoint; the newest that verifies if left out
 * @throws StudioError `checkpoint-not-found`, `checkpoint-invalid`, `network-not-found`
 */
export async function readNetwork(
  run: Pick<RunFolder, 'checkpointsDir' | 'record'>,
  network: NetworkName,
  step?: number,
): Promise<LoadedNetwork> {
  const checkpoint =
    step === undefined
      ? (await loadNewestValid(run.checkpointsDir)).checkpoint
      : await checkpointAt(run, step);
  if (checkpoint === undefined) {
    throw new StudioError(
      'checkpoint-not-found',
      `The run ${run.record.id} has no checkpoint that can be used.`,
      { advice: `Train it first: conmim resume ${run.record.id}` },
    );
  }
  const prefix = `${network}.`;
  const tensors = new Map<string, HostTensor>();
  for (const [name, tensor] of checkpoint.state) {
    if (name.startsWith(prefix)) tensors.set(name.slice(prefix.length), tensor);
  }
  if (tensors.size === 0) {
    throw new StudioError(
      'network-not-found',
      `Checkpoint ${checkpoint.step} of ${run.record.id} holds no ${network}.`,
    );
  }
  return { step: checkpoint.step, recipe: parseRecipe(run.record.recipe), tensors };
}

async function checkpointAt(run: Pick<RunFolder, 'checkpointsDir' | 'record'>, step: number) {
  const entries = await listCheckpoints(run.checkpointsDir);
  const entry = entries.find((each) => each.step === step);
  if (entry !== undefined) return loadCheckpoint(entry);
  const steps = entries.map((each) => each.step);
  throw new StudioError(
    'checkpoint-not-found',
    `The run ${run.record.id} has no checkpoint at step ${step}; there ${steps.length === 1 ? 'is' : 'are'} ${steps.join(', ') || 'none'}.`,
    { details: { step, steps } },
  );
}

const bytesOf = ({ data }: HostTensor) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** The first tensor by name that differs in type, shape or any byte. */
function firstDifference(a: NamedTensors, b: NamedTensors): string | undefined {
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(name), b.get(name)];
    const same =
      x !== undefined &&
      y !== undefined &&
      x.dtype === y.dtype &&
      x.shape.join() === y.shape.join() &&
      bytesOf(x).equals(bytesOf(y));
    if (!same) return name;
  }
  return undefined;
}

/**
 * @param file    where to; its folder is made if missing, an existing file replaced
 * @param network what to write
 * @param about   run id and network name, kept in the file's metadata
 * @throws StudioError `export-failed` when what was read back differs
 */
export async function writeNetwork(
  file: string,
  network: LoadedNetwork,
  about: { readonly run: string; readonly network: NetworkName },
): Promise<{ path: string; tensors: number; bytes: number; step: number }> {
  const { tensors, recipe, step } = network;
  const metadata = {
    format: 'pt',
    source: 'conmim-studio',
    run: about.run,
    network: about.network,
    step: String(step),
    recipe: JSON.stringify(recipe),
    mean: JSON.stringify(recipe.mean),
    std: JSON.stringify(recipe.std),
  };
  await mkdir(path.dirname(file), { recursive: true });
  const beside = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${randomBytes(4).toString('hex')}`,
  );
  try {
    const { size } = await writeSafetensors(beside, tensors, metadata, { sync: true });
    const back = await readSafetensors(beside);
    const different = firstDifference(tensors, back.tensors);
    if (different !== undefined || back.metadata['recipe'] !== metadata.recipe) {
      throw new StudioError(
        'export-failed',
        `${different ?? 'The metadata'} came back from ${file} changed.`,
        { advice: 'The disk may be failing; try another one.' },
      );
    }
    await nodeDisk.rename(beside, file);
    return { path: file, tensors: tensors.size, bytes: size, step };
  } catch (error) {
    await nodeDisk.remove(beside);
    throw error;
  }
}
