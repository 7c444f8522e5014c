import { expect, it } from 'vitest';
import { EXPORT_FORMATS } from '../../../engine/contract/studio/index.ts';
import { defaultTarget, differenceText, FORMATS } from './formats.ts';

it('every format of the engine is on offer', () => {
  const offered = FORMATS.map(({ format }) => format);
  expect(offered).toEqual(expect.arrayContaining([...EXPORT_FORMATS, 'csv', 'npy', 'parquet']));
});

it('exports go to a file or folder of the workspace, named after the model', () => {
  const onnx = FORMATS.find(({ format }) => format === 'onnx')!;
  const timm = FORMATS.find(({ format }) => format === 'timm')!;
  expect(defaultTarget('/ws', 'Chest X-rays, tiny', onnx)).toBe(
    '/ws/exports/Chest-X-rays-tiny.onnx',
  );
  expect(defaultTarget('C:\\ws', '???', timm)).toBe('C:\\ws\\exports\\model-timm');
});

it('says how far an export is from the original', () => {
  expect(differenceText(0)).toContain('bit by bit');
  expect(differenceText(3.2e-6)).toContain('3.2e-6');
});
