/** The kind of a file by its content: readable weights, or files given by mistake, with advice. */
import { open } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import { fileSource } from '../../formats/torch/byte-source.ts';
import { openZip } from '../../formats/torch/zip-entries.ts';

interface Foreign {
  readonly what: string;
  readonly advice: string;
}

const text = (characters: string) => [...Buffer.from(characters, 'latin1')];

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

/** Kinds by first bytes. */
const STARTS: readonly (readonly [readonly number[], Foreign])[] = [
  ...[text('\x89PNG'), text('\xff\xd8\xff'), text('GIF8'), text('BM'), text('RIFF')].map(
    (start) => [start, IMAGE] as const,
  ),
  ...[text('II*\0'), text('MM\0*')].map((start) => [start, IMAGE] as const),
  [text('\x89HDF'), KERAS],
  [text('GGUF'), QUANTISED],
  [text('\x93NUMPY'), NUMPY],
  [text('version https://git-lfs'), POINTER],
  ...[
    [0x1f, 0x8b],
    text('BZh'),
    text('7z\xbc\xaf'),
    text('\xfd7zXZ'),
    [0x28, 0xb5, 0x2f, 0xfd],
  ].map((start) => [start, PACKED] as const),
  ...[text('{'), text('['), text('#!'), text('<'), text('%PDF')].map(
    (start) => [start, TEXT] as const,
  ),
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
  const start = await firstBytes(file, 32);
  if (start.length === 0)
    throw new StudioError('import-not-weights', `${file} is empty.`, {
      advice: 'Copy or download it again.',
    });
  const ending = ENDINGS.find(([pattern]) => pattern.test(file))?.[1];
  if (ending !== undefined) throw notWeights(file, ending);
  if (/\.index\.json$/i.test(file)) return 'index';
  const begins = (bytes: readonly number[]) => bytes.every((byte, i) => start[i] === byte);
  // The JSON header follows its length, which takes eight bytes.
  if (start[8] === 0x7b && start[6] === 0 && start[7] === 0) return 'safetensors';
  if (begins(text('PK\x03\x04'))) {
    const foreign = await foreignArchive(file);
    if (foreign !== undefined) throw notWeights(file, foreign);
    return 'torch';
  }
  if (start[0] === 0x80 || begins(text('L1'))) return 'torch';
  const known = STARTS.find(([bytes]) => begins(bytes))?.[1] ?? (isFlax(start) ? FLAX : undefined);
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

async function firstBytes(file: string, count: number): Promise<Uint8Array> {
  await using handle = await open(file, 'r');
  const bytes = new Uint8Array(count);
  const { bytesRead } = await handle.read(bytes, 0, count, 0);
  return bytes.subarray(0, bytesRead);
}
