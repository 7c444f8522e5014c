/**
 * One file of weights, told by its content: safetensors or a PyTorch checkpoint.
 *
 * A checkpoint may hold much besides the network; only the network is read.
 * @source BEiT's and the authors' scripts save `model`, DeepSpeed `module`, Lightning `state_dict`
 */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { collectTensors } from '../../formats/torch/state-dictionary.ts';
import { readTorchFile } from '../../formats/torch/torch-file.ts';
import {
  isDictionary,
  isNamespace,
  isTensor,
  type TorchDictionary,
  type TorchValue,
} from '../../formats/torch/values.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';

export interface WeightsFile {
  readonly tensors: NamedTensors;
  /** Of safetensors. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The settings that a training script was started with, where a checkpoint keeps them. */
  readonly settings?: TorchDictionary;
  /** What was left out and assumed, one sentence each. */
  readonly notes: readonly string[];
}

/** Where checkpoints keep the network, in the order of looking. */
const ENTRIES = ['model', 'module', 'state_dict', 'model_state_dict', 'model_ema'];

/**
 * @throws StudioError `import-not-weights`; what the readers throw
 */
export async function readWeightsFile(
  file: string,
  network: 'teacher' | 'student',
): Promise<WeightsFile> {
  const kind = await kindOf(file);
  if (kind === 'safetensors') {
    const { tensors, metadata } = await readSafetensors(file);
    return { tensors, metadata, notes: [] };
  }
  let picked: { entry?: string; others: string[]; settings?: TorchDictionary } = { others: [] };
  const { value } = await readTorchFile(file, {
    select(whole) {
      const entry = entryOf(whole, network);
      picked = { ...aside(whole, entry), ...(entry === undefined ? {} : { entry }) };
      return entry === undefined ? whole : (whole as TorchDictionary).get(entry)!;
    },
  });
  const { tensors } = collectTensors(value, file);
  const { entry, others, settings } = picked;
  const beside = others.length > 0 ? `; not used: ${others.join(', ')}` : '';
  return {
    tensors,
    metadata: {},
    ...(settings === undefined ? {} : { settings }),
    notes: entry === undefined ? [] : [`The network is the file's entry "${entry}"${beside}.`],
  };
}

/** Which entry of a checkpoint is the network; undefined where the checkpoint itself is. */
function entryOf(whole: TorchValue, network: string): string | undefined {
  if (!isDictionary(whole)) return undefined;
  return [...ENTRIES, network].find((name) => {
    const value = whole.get(name);
    return value !== undefined && isDictionary(value) && [...value.values()].some(isTensor);
  });
}

function aside(whole: TorchValue, entry: string | undefined) {
  if (!isDictionary(whole)) return { others: [] };
  const args = whole.get('args');
  const used = [entry, 'args'];
  return {
    others: entry === undefined ? [] : [...whole.keys()].filter((name) => !used.includes(name)),
    ...(args !== undefined && isNamespace(args) ? { settings: args.fields } : {}),
  };
}

interface Foreign {
  readonly what: string;
  readonly advice: string;
  /** How such files begin. */
  readonly start: readonly (readonly number[])[];
}

const text = (characters: string) => [...Buffer.from(characters, 'latin1')];

/** What people give by mistake. */
const FOREIGN: readonly Foreign[] = [
  {
    what: 'an image',
    advice: 'Give the weights of a network; images are what it is trained on, with --data.',
    start: [
      ...[text('\x89PNG'), text('\xff\xd8\xff'), text('GIF8'), text('BM'), text('RIFF')],
      ...[text('II*\0'), text('MM\0*')],
    ],
  },
  {
    what: 'a Keras or HDF5 file',
    advice: 'Convert it to safetensors with names of timm or transformers.',
    start: [text('\x89HDF')],
  },
  {
    what: 'a packed archive',
    advice: 'Unpack it and give the file of weights inside.',
    start: [[0x1f, 0x8b], text('BZh'), text('7z\xbc\xaf'), text('\xfd7zXZ')],
  },
  {
    what: 'a text',
    advice: 'Give the file of weights, or the folder that holds it and its config.json.',
    start: [text('{'), text('[') /* JSON */, text('#!'), text('<')],
  },
];

async function kindOf(file: string): Promise<'safetensors' | 'torch'> {
  const start = await firstBytes(file, 16);
  if (start.length === 0)
    throw new StudioError('import-not-weights', `${file} is empty.`, {
      advice: 'Copy or download it again.',
    });
  if (path.extname(file).toLowerCase() === '.onnx')
    throw notWeights(file, {
      what: 'an ONNX file, which is made for running a network and not for reading it',
      advice: 'Give the safetensors file or the folder that it was made from.',
    });
  const begins = (bytes: readonly number[]) => bytes.every((byte, i) => start[i] === byte);
  // After the length of the header, eight bytes, comes the header's JSON.
  if (start[8] === 0x7b && start[6] === 0 && start[7] === 0) return 'safetensors';
  if (begins(text('PK\x03\x04')) || start[0] === 0x80 || begins(text('L1'))) return 'torch';
  if (/\.safetensors$/i.test(file)) return 'safetensors';
  if (/\.(pth|pt)$/i.test(file)) return 'torch';
  const known = FOREIGN.find((each) => each.start.some(begins));
  throw notWeights(
    file,
    known ?? {
      what: 'no file of weights that this program knows',
      advice: 'Give a .safetensors or a PyTorch file (.pth, .pt, .bin).',
    },
  );
}

function notWeights(file: string, { what, advice }: Omit<Foreign, 'start'>): StudioError {
  return new StudioError('import-not-weights', `${file} is ${what}.`, { advice });
}

async function firstBytes(file: string, count: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const bytes = new Uint8Array(count);
    const { bytesRead } = await handle.read(bytes, 0, count, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
