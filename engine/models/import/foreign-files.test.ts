/** Files that are no weights are named as what they are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  global,
  joinPieces,
  legacyCheckpoint,
  pickle,
  REDUCE,
  text,
  tuple,
  zipCheckpoint,
} from '../../formats/torch/testing/pickles.ts';
import { zipFile } from '../../formats/torch/testing/zips.ts';
import { openWeights } from './open-weights.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-foreign-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const latin = (characters: string) => Buffer.from(characters.padEnd(40, '\0'), 'latin1');
const zip = (...names: string[]) =>
  zipFile(names.map((name) => ({ name, data: new Uint8Array(3) })));

it.each<[string, Uint8Array, RegExp]>([
  ['model.gguf', latin('GGUF\x03'), /GGUF/],
  ['model.dat', latin('GGUF\x03'), /GGUF/],
  ['model.onnx', latin('\x08\x08'), /ONNX/],
  ['model.h5', latin('\x89HDF\r\n'), /Keras or HDF5/],
  ['model.bin', latin('\x89HDF\r\n'), /Keras or HDF5/],
  ['model.keras', zip('config.json', 'model.weights.h5'), /Keras/],
  ['model.zip', zip('config.json', 'model.weights.h5'), /Keras/],
  ['flax_model.msgpack', latin('\x82\xa3vit'), /MessagePack/],
  ['flax_model', latin('\x82\xa3vit'), /MessagePack/],
  ['flax_large', latin('\xde\x00\x20\xa3vit'), /MessagePack/],
  ['model.npz', zip('a.npy'), /NumPy/],
  ['arrays', zip('a.npy', 'b.npy'), /NumPy/],
  ['a.npy', latin('\x93NUMPY'), /NumPy/],
  ['model.ckpt.index', latin('abc'), /TensorFlow/],
  ['model.ckpt.data-00000-of-00001', latin('abc'), /TensorFlow/],
  ['saved_model.pb', latin('abc'), /TensorFlow/],
  ['model.tflite', latin('    TFL3'), /TensorFlow/],
  ['script.pt', zip('net/data.pkl', 'net/constants.pkl', 'net/code/__torch__.py'), /TorchScript/],
  ['script.pth', zip('net/data.pkl', 'net/code/a/b.py'), /TorchScript/],
  ['photos.zip', zip('a.jpg'), /packed archive/],
  ['w.tar.gz', latin('\x1f\x8b'), /packed archive/],
  ['w.zst', latin('\x28\xb5\x2f\xfd'), /packed archive/],
  ['model.safetensors', latin('version https://git-lfs.github.com/spec/v1'), /Git LFS/],
  ['model.pth', latin('version https://git-lfs.github.com/spec/v1'), /Git LFS/],
  ['page.pth', latin('<!DOCTYPE html>'), /a text/],
  ['paper.pdf', latin('%PDF-1.4'), /a text/],
])('%s', async (name, bytes, words) => {
  const file = path.join(root, name);
  writeFileSync(file, bytes);
  await expect(openWeights(file)).rejects.toMatchObject({
    code: 'import-not-weights',
    message: expect.stringMatching(words),
    advice: expect.stringMatching(/./),
  });
});

const array = joinPieces(global('numpy._core.multiarray._reconstruct'), tuple(text('x')), REDUCE);
it.each<[string, Uint8Array, string, RegExp]>([
  ['an archive cut short', zip('net/version'), 'checkpoint-invalid', /without data\.pkl/],
  ['a plain pickle', pickle('}'), 'checkpoint-invalid', /PyTorch did not write it/],
  [
    'a whole network',
    zipCheckpoint(pickle('}', text('model'), global('torch.nn.Linear'), ')', 0x81, 's')),
    'import-nothing-matched',
    /objects of classes.*torch\.nn\.Linear/,
  ],
  [
    'a network and nothing else',
    legacyCheckpoint(pickle(global('mypkg.Net'), ')', 0x81)),
    'checkpoint-invalid',
    /dictionary of tensors/,
  ],
  [
    'arrays of NumPy',
    zipCheckpoint(pickle('}', text('model'), '}', text('a'), array, 's', 's')),
    'import-nothing-matched',
    /NumPy arrays/,
  ],
  [
    'numbers alone',
    zipCheckpoint(pickle('}', text('epoch'), 'K', 3, 's')),
    'import-nothing-matched',
    /no tensors that are read here, but: epoch/,
  ],
])('%s', async (name, bytes, code, words) => {
  const file = path.join(root, `${name}.pth`);
  writeFileSync(file, bytes);
  await expect(openWeights(file)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(words),
  });
});
