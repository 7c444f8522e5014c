/** The kind of a file by its content: readable weights, or files given by mistake, with advice. */
import { open } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import { readHead } from '../../disk/read-head.ts';
import { fileSource } from '../../formats/torch/byte-source.ts';
import { openZip } from '../../formats/torch/zip-entries.ts';

interface Foreign {
  readonly what: string;
  readonly advice: string;
}

const CONVERT =
  'Load it where it came from, save its tensors as safetensors with the names of timm or transformers, and use that file.';
const IMAGE: Foreign = {
  what: 'an image',
  advice: 'Give the weights of a network; images are what it is trained on, with --data.',
};
const KERAS: Foreign = { what: 'a Keras or HDF5 file', advice: CONVERT };
const NUMPY: Foreign = { what: 'a file of NumPy arrays', advice: CONVERT };
const ONNX: Foreign = {
  what: 'an ONNX file, which can be run (by predict and evaluate) and not read',
  advice: 'Give the run, the safetensors file or the folder that it was made from.',
};
const FLAX: Foreign = { what: 'a MessagePack file, as Flax writes them', advice: CONVERT };
const TENSORFLOW: Foreign = { what: 'a TensorFlow file', advice: CONVERT };
const QUANTISED: Foreign = {
  what: 'a GGUF file of quantised weights',
  advice: 'Give the safetensors or PyTorch file that it was made from.',
};
const PACKED: Foreign = {
  what: 'a packed archive',
  advice: 'Unpack it and give the file of weights inside.',
};
const TEXT: Foreign = {
  what: 'a text',
  advice: 'Give the file of weights, or the folder that holds it and its config.json.',
};
const POINTER: Foreign = {
  what: 'a pointer of Git LFS and not the file itself',
  advice: 'Fetch the file: git lfs pull; or download it from its page.',
};

const FIRST_BYTES: readonly (readonly [Foreign, ...string[]])[] = [
  [IMAGE, '\x89PNG', '\xff\xd8\xff', 'GIF8', 'BM', 'RIFF', 'II*\0', 'MM\0*'],
  [KERAS, '\x89HDF'],
  [QUANTISED, 'GGUF'],
  [NUMPY, '\x93NUMPY'],
  [POINTER, 'version https://git-lfs'],
  [PACKED, '\x1f\x8b', 'BZh', '7z\xbc\xaf', '\xfd7zXZ', '\x28\xb5\x2f\xfd'],
  [TEXT, '{', '[', '#!', '<', '%PDF'],
];

/** Kinds by extension, where first bytes are not certain. */
const ENDINGS: readonly (readonly [RegExp, Foreign])[] = [
  [/\.onnx$/i, ONNX],
  [/\.msgpack$/i, FLAX],
  [/\.(h5|hdf5|keras)$/i, KERAS],
  [/\.(gguf|ggml)$/i, QUANTISED],
  [/\.np[yz]$/i, NUMPY],
  [/\.(tflite|pb|ckpt\.(index|meta|data-\d+-of-\d+))$|\.data-\d+-of-\d+$/i, TENSORFLOW],
  [
    /\.(mlmodel|engine|trt|plan|xml)$/i,
    { what: 'a network that was compiled for one runtime', advice: CONVERT },
  ],
];

const TORCH_NAME = /\.(pth|pt|ckpt)$/i;

/** @throws StudioError `import-not-weights` */
export async function kindOf(file: string): Promise<'safetensors' | 'torch' | 'index'> {
  const start = await readHead(file, 32);
  if (start.length === 0)
    throw new StudioError('import-not-weights', `${file} is empty.`, {
      advice: 'Copy or download it again.',
    });
  const ending = ENDINGS.find(([pattern]) => pattern.test(file))?.[1];
  if (ending !== undefined) throw notWeights(file, ending);
  if (/\.index\.json$/i.test(file)) return 'index';
  const begins = (characters: string) =>
    Buffer.from(characters, 'latin1').every((byte, i) => start[i] === byte);
  // The JSON header follows its length, which takes eight bytes.
  if (start[8] === 0x7b && start[6] === 0 && start[7] === 0) return 'safetensors';
  if (begins('PK\x03\x04')) {
    const foreign = await foreignArchive(file);
    if (foreign !== undefined) throw notWeights(file, foreign);
    return 'torch';
  }
  if (start[0] === 0x80 || begins('L1')) return 'torch';
  const [known] =
    FIRST_BYTES.find(([, ...starts]) => starts.some(begins)) ?? (isFlax(start) ? [FLAX] : []);
  if (known !== undefined) throw notWeights(file, known);
  if (/\.safetensors$/i.test(file)) return 'safetensors';
  if (TORCH_NAME.test(file)) return 'torch';
  throw notWeights(file, {
    what: 'no file of weights that this program knows',
    advice: 'Give a .safetensors or a PyTorch file (.pth, .pt, .bin).',
  });
}

/** Identify archives of other programs by their entries; damaged ones are left to the reader. */
async function foreignArchive(file: string): Promise<Foreign | undefined> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const entries = await openZip(fileSource(handle, size)).catch(() => undefined);
  if (entries === undefined) return undefined;
  const names = [...entries.names()].map((name) => name.replace(/^[^/]+\//, ''));
  if (names.includes('constants.pkl') || names.some((name) => /^code\/.*\.py$/.test(name)))
    return {
      what: 'a TorchScript program, which holds code beside its weights',
      advice:
        'Save the state dictionary instead: torch.save(torch.jit.load(FILE).state_dict(), OUT).',
    };
  const all = [...entries.names()];
  if (all.some((name) => /\.weights\.h5$/.test(name))) return KERAS;
  if (all.length > 0 && all.every((name) => name.endsWith('.npy'))) return NUMPY;
  const isTorch = all.some((name) => name.endsWith('data.pkl')) || TORCH_NAME.test(file);
  return isTorch ? undefined : PACKED;
}

/** A map whose first key is a text. */
function isFlax([first = 0, second = 0]: Uint8Array): boolean {
  const isMap = (first >= 0x81 && first <= 0x8f) || first === 0xde || first === 0xdf;
  const isText = (second >= 0xa1 && second <= 0xbf) || second === 0xd9;
  return isMap && (isText || first >= 0xde);
}

function notWeights(file: string, { what, advice }: Foreign): StudioError {
  return new StudioError('import-not-weights', `${file} is ${what}.`, { advice });
}
