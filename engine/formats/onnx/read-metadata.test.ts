import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeOnnxModel } from './model.ts';
import { readOnnxMetadata } from './read-metadata.ts';

let file: string;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-onnx-metadata-'));
  file = path.join(folder, 'network.onnx');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const data = Float32Array.from({ length: 300 }, (_, i) => i);
const whole = (metadata: Record<string, string>) =>
  encodeOnnxModel({
    name: 'network',
    opset: 17,
    nodes: [{ op: 'Identity', inputs: ['w'], outputs: ['out'] }],
    inputs: [],
    outputs: [{ name: 'out', type: 'f32', shape: [300] }],
    initializers: [{ name: 'w', type: 'f32', shape: [300], data: new Uint8Array(data.buffer) }],
    metadata,
  });

it('reads the entries behind the graph, whatever they hold', async () => {
  const metadata = { classes: '["çat","狗"]', empty: '', long: 'x'.repeat(5000) };
  writeFileSync(file, whole(metadata));
  expect(Object.fromEntries(await readOnnxMetadata(file))).toEqual(metadata);
  writeFileSync(file, whole({}));
  expect((await readOnnxMetadata(file)).size).toBe(0);
});

it('refuses what is cut, or is no such file', async () => {
  const bytes = whole({ classes: '["cat"]' });
  for (const content of [bytes.subarray(0, 40), bytes.subarray(0, -3), Buffer.from('hello')]) {
    writeFileSync(file, content);
    await expect(readOnnxMetadata(file)).rejects.toMatchObject({ code: 'onnx-unusable' });
  }
});
