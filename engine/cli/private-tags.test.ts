import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { settingOptions } from '../contract/jobs/fields.ts';
import { privateWordsIn } from '../images/testing/private-words.ts';
import { scanDataset } from '../tools/scan.ts';
import { Thumbnails } from '../tools/thumbnail.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';
import { writePrivatePictures } from './testing/private-pictures.ts';
import { follow, startConmim } from './testing/real-process.ts';
import { SMALL_PRETRAINING } from './testing/small-pretraining.ts';

// Tags of patients and places in DICOM files of 16 bits and others: nothing that is written or said
// has a word of them. The network has one channel, in a range that is measured over all of them.

let root: string;
let workspace: string;
let images: string;
/** All that was said: lines, errors, reports, pictures. */
const said: [what: string, text: string][] = [];

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-private-run-'));
  workspace = path.join(root, 'workspace');
  images = path.join(root, 'images');
  await writePrivatePictures(images);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function conmim(...args: string[]) {
  const { code, errors, lines } = await follow(startConmim(workspace, args));
  expect(code, errors).toBe(0);
  said.push([args[0]!, errors + JSON.stringify(lines)]);
  return lines;
}

async function inPlace(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runCommand(
    [...args, '--workspace', workspace],
    engineParts(),
  );
  expect(code, stderr).toBe(0);
  said.push([args[0]!, stdout + stderr]);
}

/** Words in bytes, also where letters take two bytes or the bytes are written as base64. */
function wordsIn(bytes: Buffer): string[] {
  const turned = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
  const texts = [bytes.toString('latin1'), bytes.toString('utf16le'), turned.toString('utf16le')];
  for (const [coded] of texts[0]!.matchAll(/[A-Za-z0-9+/]{40,}/g))
    for (let skip = 0; skip < 4; skip++)
      texts.push(Buffer.from(coded.slice(skip), 'base64').toString('latin1'));
  return texts.flatMap(privateWordsIn);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((at) => path.join(at.parentPath, at.name));
}

it('writes and says no word of the tags of pictures', async () => {
  const pictures = await filesBelow(images);
  const without = [];
  for (const file of pictures)
    if (wordsIn(await readFile(file)).length < 3) without.push(path.basename(file));
  expect(without, 'each picture has the words').toEqual([]);

  const report = await scanDataset({
    kind: 'labelled',
    folders: [images],
    memory: path.join(workspace, 'datasets', 'memory.index'),
    listing: path.join(workspace, 'datasets', 'listing'),
  });
  // Frames and slices are images of their own; a photograph is in a tar file too.
  const formats = { avif: 2, dicom: 12, jpeg: 4, nifti: 8, png: 2, tiff: 4, webp: 2 };
  expect(report.formats).toEqual(formats);
  expect(report.unreadable.count).toBe(6);
  said.push(['report', JSON.stringify(report)]);
  const thumbnails = new Thumbnails();
  for (const file of pictures.filter((one) => !/cut|damaged|\.tar$/.test(one)))
    said.push(['thumbnail', (await thumbnails.get({ path: file, side: 96 })).base64]);

  await inPlace('scan', images);
  const small = settingOptions({
    ...SMALL_PRETRAINING,
    channels: 1,
    value_range: 'percentiles',
    mean: 'measured',
    std: 'measured',
  });
  const lines = await conmim(
    ...['pretrain', '--data', images, '--recipe', 'micro', '--name', 'base', '--device', 'cpu'],
    ...['--steps', '4', ...small],
  );
  expect(lines.at(-1)).toMatchObject({ type: 'done' });
  await conmim(
    ...['finetune', '--from', 'base', '--train', images, '--device', 'cpu', '--name', 'tuned'],
    ...['--val-fraction', '0.34', '--set', 'epochs=1', '--set', 'batch_size=4'],
  );
  const out = (name: string) => path.join(workspace, name);
  const model = ['--model', 'tuned', '--data', images, '--device', 'cpu'];
  await inPlace('evaluate', ...model, '--out', out('results'));
  await inPlace('predict', ...model, '--out', out('predictions.csv'));
  for (const [run, format] of [
    ['base', 'continuation'],
    ['base', 'safetensors'],
    ['tuned', 'timm'],
    ['tuned', 'onnx'],
  ] as const)
    await inPlace('export', run, '--format', format, '--out', out(format));

  const written = await filesBelow(workspace);
  const names = written.map((file) => path.relative(workspace, file));
  for (const part of [
    'tensorboard',
    'events.jsonl',
    'state.safetensors',
    'predictions.csv',
    'onnx',
  ])
    expect(
      names.some((name) => name.includes(part)),
      part,
    ).toBe(true);
  const found: string[] = [];
  for (const [i, file] of written.entries()) {
    const words = [...privateWordsIn(names[i]!), ...wordsIn(await readFile(file))];
    if (words.length > 0) found.push(`${names[i]}: ${words.join(', ')}`);
  }
  for (const [what, text] of said) {
    const words = wordsIn(Buffer.from(text));
    if (words.length > 0) found.push(`${what}: ${words.join(', ')}`);
  }
  expect(found).toEqual([]);
});
