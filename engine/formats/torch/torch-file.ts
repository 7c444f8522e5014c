/**
 * Reading of PyTorch checkpoints (`.pth`, `.pt`, `.bin`) as plain data, without running code from
 * them.
 *
 * The pickle is read first and its structure, shapes and data positions are checked. Then each
 * needed storage is read once, in the order of the file, and its tensors are filled.
 */

import { open } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import { groupBy } from '../../contract/maps.ts';
import { isConfined } from '../../platform/confined.ts';
import type { TorchArchive } from './archive.ts';
import { type ByteSource, fileSource, readBytes } from './byte-source.ts';
import type { PickleContext } from './globals.ts';
import { openLegacyFormat } from './legacy-format.ts';
import { resolveLimits, type TorchLimits, Work } from './limits.ts';
import { Malformed, NoMemory, Refused } from './refusals.ts';
import { storageBytes } from './storages.ts';
import { surveyTree } from './survey.ts';
import { fillTensors, planBytes, type TensorPlan } from './tensor-plans.ts';
import type { TorchValue } from './values.ts';
import { openZipFormat } from './zip-format.ts';

export interface TorchFile {
  readonly value: TorchValue;
  readonly format: 'zip' | 'legacy';
  /** Size of the file, bytes. */
  readonly size: number;
  /** Bytes of all tensors in `value`. */
  readonly tensorBytes: number;
}

export interface TorchReadOptions extends TorchLimits {
  /**
   * Selects the part that is read; storages of other tensors are skipped. It gets the whole value,
   * with dtypes and shapes but without data, and returns the new `value`.
   */
  readonly select?: (value: TorchValue) => TorchValue;
}

const FORMATS = { zip: openZipFormat, legacy: openLegacyFormat };

/**
 * @throws StudioError `checkpoint-unsafe` when the file asks for anything but data,
 *   `checkpoint-invalid` when it is damaged or beyond the limits, `out-of-memory`; file system
 *   errors
 */
export async function readTorchFile(
  file: string,
  options: TorchReadOptions = {},
): Promise<TorchFile> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  return await readSource(fileSource(handle, size), file, options);
}

/** @param label the input's name in errors */
export async function readSource(
  source: ByteSource,
  label: string,
  options: TorchReadOptions,
): Promise<TorchFile> {
  try {
    return await readValue(source, options);
  } catch (error) {
    throw named(isConfined() && (await isText(source)) ? withoutWords(error) : error, label);
  }
}

/** Whether it begins like a text pickle, and so may also be a text file. */
async function isText(source: ByteSource): Promise<boolean> {
  const [first = 0] = await readBytes(source, 0, Math.min(1, source.size)).catch(() => []);
  return first < 0x80 && first !== 'P'.charCodeAt(0);
}

/** The same error without quotes from the file, which may be private. */
function withoutWords(error: unknown): unknown {
  if (error instanceof Refused) return new Refused('something by name');
  return error instanceof Malformed ? new Malformed('its pickle cannot be read') : error;
}

async function readValue(source: ByteSource, options: TorchReadOptions): Promise<TorchFile> {
  const limits = resolveLimits(options, source.size);
  const context: PickleContext = {
    work: new Work(limits.maxSteps),
    storages: new Map(),
    plans: [],
  };
  const archive = await FORMATS[await identify(source)](source, context, limits.maxPickleBytes);
  const all = surveyTree(archive.value, context.work);
  const value = options.select === undefined ? archive.value : options.select(archive.value);
  const wanted = options.select === undefined ? all : surveyTree(value, context.work);
  const plans = context.plans.filter(({ tensor }) => wanted.has(tensor));
  const tensorBytes = plans.reduce((sum, plan) => sum + planBytes(plan), 0);
  await fill(plans, archive, tensorBytes, limits.maxTensorBytes);
  return { value, format: archive.format, size: source.size, tensorBytes };
}

/** @throws Malformed when the file has neither format */
async function identify(source: ByteSource): Promise<keyof typeof FORMATS> {
  const start = Buffer.from(await readBytes(source, 0, Math.min(2, source.size)));
  if (start.toString('latin1') === 'PK') return 'zip';
  // Pickles begin with protocol 2 or later, or with the magic number as text.
  const isPickle = start[0] === 0x80 || start.toString('latin1') === 'L1';
  if (!isPickle) throw new Malformed('it is neither a zip archive nor a pickle');
  return 'legacy';
}

async function fill(
  plans: readonly TensorPlan[],
  { storages }: TorchArchive,
  tensorBytes: number,
  maxTensorBytes: number,
): Promise<void> {
  const byStorage = groupBy(plans, ({ storage }) => storage);
  const stored = [...byStorage.keys()].reduce((sum, storage) => sum + storageBytes(storage), 0);
  const needed = Math.max(tensorBytes, stored);
  if (!(needed <= maxTensorBytes)) {
    throw new Malformed(
      `its tensors need ${needed} bytes, more than the limit of ${maxTensorBytes}`,
    );
  }
  const inOrder = [...byStorage].sort(
    ([a], [b]) => storages.positionOf(a) - storages.positionOf(b),
  );
  for (const [storage, its] of inOrder) fillTensors(its, await storages.read(storage));
}

function named(error: unknown, label: string): unknown {
  if (error instanceof Refused) {
    return new StudioError(
      'checkpoint-unsafe',
      `${label} was not read, because it asks for more than data; refused: ${error.global}.`,
      {
        advice:
          'Nothing in it was run. If you trust where it came from, load it in Python, save its tensors as safetensors, and use that file.',
        details: { global: error.global },
        cause: error,
      },
    );
  }
  if (error instanceof Malformed) {
    return new StudioError(
      'checkpoint-invalid',
      `${label} is not a usable PyTorch checkpoint: ${error.message}.`,
      {
        advice:
          'Copy or download the file again; if it loads in Python, save its tensors as safetensors there and use that file.',
        cause: error,
      },
    );
  }
  if (error instanceof NoMemory) {
    return new StudioError(
      'out-of-memory',
      `There is no memory for ${error.bytes} bytes of ${label}.`,
      {
        advice: 'Save only the tensors of the network in Python, and use that file.',
        cause: error,
      },
    );
  }
  return error;
}
