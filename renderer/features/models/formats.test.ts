import { expect, it } from 'vitest';
import { jobs } from '../../../engine/contract/jobs/register.ts';
import { EXPORT_FORMATS } from '../../../engine/contract/studio/index.ts';
import { defaultTarget, exportRequest, FORMATS, formatsFor } from './formats.ts';

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
  const student = { network: 'student', checkpoint: 200 } as const;
  expect(defaultTarget('/ws', 'a', onnx, student)).toBe('/ws/exports/a-student-step-200.onnx');
});

it('asks for what was chosen, and for nothing while something is missing', () => {
  const find = (format: string) => FORMATS.find((entry) => entry.format === format)!;
  const given = {
    reference: 'run-1',
    which: { network: 'student' },
    out: ' /x ',
    precision: 'bfloat16',
  } as const;
  expect(exportRequest({ ...given, entry: find('continuation'), images: '' })).toEqual({
    kind: 'export',
    model: 'run-1',
    format: 'continuation',
    out: '/x',
  });
  expect(exportRequest({ ...given, entry: find('npy'), images: ' ' })).toBeUndefined();
  expect(exportRequest({ ...given, entry: find('npy'), images: '/i' })).toMatchObject({
    kind: 'embed',
    data: '/i',
    network: 'student',
    format: 'npy',
    precision: 'bfloat16',
  });
  const exclude = ['/ws/excluded/a.csv'];
  const without = exportRequest({ ...given, entry: find('npy'), images: '/i', exclude });
  expect(jobs.embed.schema.parse(without)).toMatchObject({ data: '/i', exclude });
  expect(exportRequest({ ...given, entry: find('onnx'), out: '', images: '' })).toBeUndefined();
});

it('offers what can be had of a network', () => {
  const names = (
    model: object | undefined,
    imageSize: [number, number],
    denseHead?: 'linear' | 'upernet' | 'queries',
  ) => formatsFor(model as never, { imageSize, denseHead }).map(({ format }) => format);
  const run = { source: 'run', kind: 'pretrained' };
  expect(names(run, [32, 32])).toEqual(FORMATS.map(({ format }) => format));
  expect(names(run, [32, 64])).not.toContain('hf');
  expect(names({ ...run, kind: 'classifier' }, [32, 32])).not.toContain('continuation');
  const segmenter = { ...run, kind: 'classifier', task: 'segment' };
  const embeddings = ['csv', 'npy', 'parquet'];
  expect(names(segmenter, [32, 32], 'linear')).toEqual(['safetensors', 'onnx', ...embeddings]);
  expect(names(segmenter, [32, 32], 'upernet')).toEqual([
    'safetensors',
    'hf',
    'onnx',
    ...embeddings,
  ]);
  expect(names({ ...run, kind: 'classifier', task: 'detect' }, [32, 32], 'queries')).toEqual([
    'safetensors',
    'onnx',
    'csv',
    'npy',
    'parquet',
  ]);
  expect(names(undefined, [32, 32])).not.toContain('continuation');
});

it.each([
  [undefined, 'features and logits'],
  ['linear', 'scores of the classes'],
  ['queries', 'boxes of objects'],
] as const)('says what an ONNX file with the head %s gives', (denseHead, words) => {
  const entries = formatsFor(undefined, { imageSize: [32, 32], denseHead });
  expect(entries.find(({ format }) => format === 'onnx')!.about).toContain(words);
});
