import { expect, it } from 'vitest';
import { formatsOfRun } from './formats-of.ts';

it.each([
  [{ task: 'segment', recipe: { head: 'linear', image_size: 64 } }, 'safetensors or onnx'],
  [{ task: 'segment', recipe: { head: 'upernet', image_size: 64 } }, 'safetensors, hf or onnx'],
  [{ task: 'detect', recipe: { image_size: 64 } }, 'safetensors or onnx'],
  [{ recipe: { image_size: 64 } }, 'safetensors, timm, hf or onnx'],
  [{ recipe: { image_size: [64, 96] } }, 'safetensors, timm or onnx'],
])('names the formats that %o can be exported to', (run, formats) => {
  expect(formatsOfRun({ kind: 'finetune', ...run })).toBe(`Use --format ${formats}.`);
});
