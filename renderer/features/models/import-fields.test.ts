import { expect, it } from 'vitest';
import { StudioError } from '../../../engine/contract/errors.ts';
import {
  EMPTY_IMPORT,
  importHint,
  importProblems,
  importRequest,
  nameOf,
  networkNames,
} from './import-fields.ts';

const fields = { ...EMPTY_IMPORT, file: ' /w/conmim base_300e.pth ' };

it('names a network after its file or folder', () => {
  expect(nameOf('/w/conmim base_300e.pth')).toBe('conmim-base_300e');
  expect(nameOf('C:\\w\\beit-folder\\')).toBe('beit-folder');
});

it('asks for what was typed, and for nothing else', () => {
  expect(importRequest(fields, '/ws')).toEqual({
    kind: 'import',
    file: '/w/conmim base_300e.pth',
    out: '/ws/models/conmim-base_300e',
  });
  const typed = { ...fields, name: 'mine', heads: '12', mean: ' imagenet', network: 'student' };
  expect(importRequest(typed as typeof fields, 'C:\\ws')).toMatchObject({
    out: 'C:\\ws\\models\\mine',
    heads: 12,
    mean: 'imagenet',
    network: 'student',
  });
});

it('says what is wrong, field by field', () => {
  expect(importProblems(fields)).toEqual({});
  const wrong = {
    ...fields,
    name: '../x',
    heads: 'six',
    imageSize: '224,',
    mean: '1,x',
    valueRange: '5,5',
    std: 'no',
  };
  expect(Object.keys(importProblems(wrong)).sort()).toEqual([
    'heads',
    'imageSize',
    'mean',
    'name',
    'std',
    'valueRange',
  ]);
  const fine = { ...fields, heads: '6', imageSize: '224,384', mean: '0.5, 0.4,0.3', std: 'half' };
  expect(importProblems({ ...fields, mean: '0.1,0.2', valueRange: '0,4095' })).toEqual({});
  expect(importProblems(fine)).toEqual({});
});

it('helps where the file leaves something open', () => {
  expect(importHint('import-unclear')).toContain('Fill in');
  expect(importHint('import-ambiguous')).toContain('networks above');
  expect(importHint('import-no-such-network')).toContain('networks above');
  expect(importHint('import-unsupported')).toBeUndefined();
});

it('offers the networks that a refusal listed', () => {
  const networks = [{ name: 'a.backbone', flag: 'a', tensors: 3, parameters: 9 }];
  expect(
    networkNames(new StudioError('import-ambiguous', '', { details: { networks } }).toJSON()),
  ).toEqual(['a']);
  expect(networkNames(undefined)).toEqual(['teacher', 'student', 'ema']);
});
