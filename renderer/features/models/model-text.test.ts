import { expect, it } from 'vitest';
import type { ModelSummary } from '../../../engine/contract/studio/index.ts';
import { filterModels, modelKindText, networkText, sizeText } from './model-text.ts';

function model(name: string, more: Partial<ModelSummary> = {}): ModelSummary {
  return {
    reference: name,
    name,
    source: 'run',
    kind: 'pretrained',
    path: `/ws/${name}`,
    createdAt: '2026-11-23T08:00:00.000Z',
    ...more,
  };
}

const models = [model('Chest'), model('chest 2', { kind: 'classifier' }), model('birds')];

it('finds models by kind and by a part of their name', () => {
  const names = (...[kind, search]: [Parameters<typeof filterModels>[1], string]) =>
    filterModels(models, kind, search).map(({ name }) => name);
  expect(names('all', ' CHEST ')).toEqual(['Chest', 'chest 2']);
  expect(names('classifier', '')).toEqual(['chest 2']);
  expect(names('pretrained', 'x')).toEqual([]);
});

it('says how wide images are before how high', () => {
  expect(sizeText(model('a', { imageSize: [224, 384], patchSize: 16 }))).toBe(
    '384 × 224 px in patches of 16',
  );
  expect(networkText(model('a'))).toBe('–');
  expect(networkText(model('a', { depth: 1, embedDim: 96 }))).toBe('1 block, width 96');
});

it('says what a network is and where it came from', () => {
  expect(modelKindText(model('a', { kind: 'classifier', classes: 1000 }))).toBe(
    'classifier, 1,000 classes',
  );
  expect(modelKindText(model('a', { kind: 'classifier', task: 'segment', classes: 3 }))).toBe(
    'semantic segmentation, 3 classes',
  );
  expect(modelKindText(model('a', { source: 'import' }))).toBe('pre-trained, imported');
});
