/**
 * Whatever file a page names, as whatever it may be given, nothing that is written in it comes back:
 * neither on the streams of a job, which its log shows, nor in its records.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { joinPieces, pickle } from '../formats/torch/testing/pickles.ts';
import { zipFile } from '../formats/torch/testing/zips.ts';
import { CONFINED_VARIABLE } from '../platform/confined.ts';
import type { Host } from './host.ts';
import { main } from './main.ts';

/** Words that only the files hold. */
const SECRETS = ['hunter2', 'swordfish', 'xyzzy', 'plugh', 'BEGIN'];
const KEY = '-----BEGIN PRIVATE KEY-----\nhunter2 swordfish\nxyzzy=plugh\n-----END-----\n';
const JSON_KEY = JSON.stringify({ hunter2: 'swordfish', xyzzy: { plugh: ['BEGIN'] } });
const NETWORK = 'embed_dim=24,depth=1,heads=2,batch_size=4,steps=1,workers=0'.split(',');

let root: string;
const at = (name: string) => path.join(root, name);
const put = (name: string, content: string | Uint8Array) => {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
};

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-discretion-'));
  process.env[CONFINED_VARIABLE] = '1';
  for (let i = 0; i < 6; i++) await writeSmallImage(root, `images/${i % 2}/${i}.png`, i);
  put('files/key.pem', KEY);
  put('files/key.json', JSON_KEY);
  put('files/broken.json', `{"lr": 1,\n${KEY}`);
  put('files/list.csv', `path,label\n${KEY.split('\n').join(',xyzzy\n')}`);
  put('files/text-pickle.pt', `L1\nchunter2 swordfish\nxyzzy=plugh\n.`);
  put('files/text-key.pth', `L1\n(VBEGIN\nVhunter2\nVBEGIN\nVxyzzy\nd.`);
  put('files/pickle.pt', pickle(joinPieces('(', 'VBEGIN\n', 'Vhunter2\n', 't')));
  put('files/header.safetensors', safetensors(JSON_KEY));
  put('files/no-header.safetensors', safetensors('{"BEGIN hunter2'));
  put('files/archive.zip', zipFile([{ name: 'hunter2/swordfish.txt', data: Buffer.from(KEY) }]));
  for (const [name, text] of [
    ['array', '["hunter2"]'],
    ['object', JSON_KEY],
    ['broken', KEY],
  ] as const)
    for (const file of [
      ...['config.json', 'preprocessor_config.json', 'model.json', 'manifest.json', 'run.json'],
      ...['recipe.json', 'compare.json', 'probe.json', 'model.safetensors', 'pytorch_model.bin'],
      ...['metrics.json', 'events.jsonl', 'predictions.csv'],
    ])
      put(`folders/${name}/${file}`, text);
  const parts = (map: object) => JSON.stringify({ weight_map: map });
  put('folders/parts/model.safetensors.index.json', parts({ a: 'hunter2.safetensors' }));
  put('folders/lacking/model.safetensors.index.json', parts({ hunter2: 'a.safetensors' }));
  put('folders/lacking/a.safetensors', safetensors('{}'));
  put('folders/act/config.json', '{"hidden_act": "hunter2"}');
  put('folders/act/model.safetensors', safetensors('{}'));
});
afterAll(() => {
  delete process.env[CONFINED_VARIABLE];
  rmSync(root, { recursive: true, force: true });
});

function safetensors(header: string): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header)]);
}

async function tell(argv: readonly string[]): Promise<string> {
  let told = '';
  const stream = { write: (text: string) => (told += text), isTerminal: false, columns: 80 };
  const host: Host = {
    stdout: stream,
    stderr: stream,
    cwd: root,
    env: {},
    now: () => 0,
    setExitCode: () => {},
  };
  await main(['--json', ...argv, '--workspace', at('workspace')], host);
  return told;
}

const settings = NETWORK.flatMap((one) => ['--set', one]);
const scratch = ['--from', 'scratch', '--recipe', 'micro', ...settings, '--device', 'cpu'];
const images = () => at('images');
/** Everything that a job may be given a file or folder as. */
const WAYS: Readonly<Record<string, (target: string) => readonly string[]>> = {
  'training set': (target) => ['finetune', ...scratch, '--train', target, '--mode', 'linear'],
  'validation set': (target) => ['finetune', ...scratch, '--train', images(), '--val', target],
  'fine-tuning recipe': (target) => ['finetune', '--train', images(), '--recipe', target],
  'start of fine-tuning': (target) => ['finetune', '--from', target, '--train', images()],
  'start of pre-training': (target) => ['pretrain', '--from', target, '--data', images()],
  recipe: (target) => ['pretrain', '--recipe', target, '--data', images()],
  images: (target) => ['pretrain', '--recipe', 'micro', '--data', target],
  run: (target) => ['resume', target],
  model: (target) => ['evaluate', '--model', target, '--data', images()],
  'exported model': (target) => ['export', target, '--format', 'onnx', '--out', at('o.onnx')],
  network: (target) => ['embed', '--from', target, '--data', images(), '--out', at('e.csv')],
  'results of a comparison': (target) => [
    ...['compare', '--from', 'nothing', '--train', images(), '--out', target],
  ],
};

describe.each(Object.entries(WAYS))('a page that names a file as %s', (_, way) => {
  it('gets nothing of its content', async () => {
    const files = readdirSync(at('files')).map((name) => at(path.join('files', name)));
    const folders = readdirSync(at('folders')).map((name) => at(path.join('folders', name)));
    for (const target of [...files, ...folders]) {
      const told = await tell(way(target));
      for (const secret of SECRETS)
        expect(told.replaceAll(target, ''), target).not.toContain(secret);
      expect(told, target).toContain('"type":"error"');
    }
  });
});

it('and the same of an import', async () => {
  for (const folder of ['files', 'folders'])
    for (const name of readdirSync(at(folder))) {
      const target = at(path.join(folder, name));
      let told = '';
      const stream = { write: (text: string) => (told += text), isTerminal: false, columns: 80 };
      const host: Host = {
        stdout: stream,
        stderr: stream,
        cwd: root,
        env: {},
        now: () => 0,
        setExitCode: () => {},
      };
      await main(['--json', 'import', target, '--out', at('imported')], host);
      for (const secret of SECRETS)
        expect(told.replaceAll(target, ''), target).not.toContain(secret);
    }
  expect(readFileSync(at('files/key.pem'), 'utf8')).toBe(KEY);
});
