import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import { setAt } from '../../ui/set-at.ts';
import { fieldsForSet, refusedLabels, taskMismatch } from './task-advice.ts';

const set = (name: string, more: Partial<Dataset> = {}) =>
  ({ id: name, name, kind: 'labelled', folders: [`/${name}`], ...more }) as Dataset;
const classes = set('animals');
const masks = set('scenes', { kind: 'dense', dense: { zero: 'nothing' } });
const boxes = set('cars', {
  kind: 'dense',
  report: { dense: { format: 'coco', of: 'objects', imageFolders: [] } } as unknown as NonNullable<
    Dataset['report']
  >,
});
const labels = set('findings', { several: true, labelSeparator: '|' });

it('finds labelled sets by their path alone', () => {
  const images = set('animals', { kind: 'images' });
  expect(setAt([images, classes], ' /animals')).toBe(classes);
  expect(setAt([classes], '/other')).toBeUndefined();
});

it('tells sets of one folder by the one that was chosen, else by the format', () => {
  const both = [
    set('scenes', { id: 'a', kind: 'dense', dense: { format: 'coco' } }),
    set('scenes', { id: 'b', kind: 'dense', dense: { format: 'masks' } }),
  ];
  expect(setAt(both, '/scenes', { id: 'b', format: 'coco' })?.id).toBe('b');
  expect(setAt(both, '/scenes', { format: 'masks' })?.id).toBe('b');
  expect(setAt(both, '/scenes')?.id).toBe('a');
  expect(setAt(both, '/other', { id: 'b' })).toBeUndefined();
});

describe('a training set', () => {
  const none = { task: undefined, head: undefined };

  it('with several labels an image sets the task and its separator', () => {
    expect(fieldsForSet(labels, none)).toEqual({
      task: 'multilabel',
      labelSeparator: '|',
      dense: {},
    });
    expect(fieldsForSet(labels, { task: 'classify', head: undefined })).toMatchObject({
      task: 'multilabel',
    });
    expect(fieldsForSet(labels, { task: undefined, head: 'multilabel' })).toMatchObject({
      task: 'multilabel',
    });
  });

  it('with one class an image sets it back', () => {
    expect(fieldsForSet(classes, { task: 'multilabel', head: undefined })).toEqual({
      task: 'classify',
      labelSeparator: '',
      dense: {},
    });
    expect(fieldsForSet(classes, { task: undefined, head: 'multilabel' })).toMatchObject({
      task: 'classify',
    });
    expect(fieldsForSet(classes, none)).toEqual({});
  });

  it('with masks sets the task and how they are read', () => {
    expect(fieldsForSet(masks, none)).toEqual({
      task: 'segment',
      labelSeparator: '',
      dense: { zero: 'nothing' },
    });
    expect(fieldsForSet(classes, { task: undefined, head: 'segment' })).toEqual({
      task: 'classify',
      labelSeparator: '',
      dense: {},
    });
  });

  it('with boxes sets a task that finds objects, and keeps one that does', () => {
    const now = (task: 'segment' | 'instances') => ({ task, head: undefined });
    expect(fieldsForSet(boxes, none).task).toBe('detect');
    expect(fieldsForSet(boxes, now('segment')).task).toBe('detect');
    expect(fieldsForSet(boxes, now('instances')).task).toBe('instances');
    expect(fieldsForSet(boxes, { task: undefined, head: 'instances' }).task).toBe('instances');
    expect(fieldsForSet(masks, now('instances')).task).toBe('segment');
  });

  it('that is not known changes nothing', () => {
    expect(fieldsForSet(undefined, { task: 'multilabel', head: undefined })).toEqual({});
  });
});

describe('a mismatch', () => {
  it('names the set and the task that fits', () => {
    expect(taskMismatch([classes, labels], 'classify')).toEqual({
      text: expect.stringMatching(/^Images of findings may have several labels.* Multi-label/),
      task: 'multilabel',
    });
    expect(taskMismatch([classes], 'multilabel')).toEqual({
      text: expect.stringMatching(/^Each image of animals has one class.* Classification/),
      task: 'classify',
    });
  });

  it('of masks or boxes names what they are', () => {
    expect(taskMismatch([masks], 'classify')).toEqual({
      text: expect.stringMatching(/^The labels of scenes are a class for each pixel/),
      task: 'segment',
    });
    expect(taskMismatch([masks], 'segment')).toBeUndefined();
    expect(taskMismatch([classes], 'segment')?.task).toBe('classify');
    expect(taskMismatch([boxes], 'segment')?.text).toMatch(/^The labels of cars are boxes/);
  });

  it('follows the format that the form reads', () => {
    expect(taskMismatch([boxes], 'segment', 'coco')?.task).toBe('detect');
    expect(taskMismatch([boxes], 'segment', 'masks')).toBeUndefined();
    expect(taskMismatch([boxes], 'detect', 'masks')?.text).toMatch(/are a class for each pixel/);
  });

  it('knows a set by the format that it was added with, before it was scanned', () => {
    const added = set('cars', { kind: 'dense', dense: { format: 'coco' } });
    expect(taskMismatch([added], 'segment')?.task).toBe('detect');
  });

  it('of boxes and masks is refused, unless the form names masks', () => {
    expect(refusedLabels([boxes], 'segment', {})).toMatch(/^The labels of cars are boxes/);
    expect(refusedLabels([boxes], 'segment', { format: 'coco' })).toMatch(/^The labels of cars/);
    for (const dense of [{ masks: '/masks' }, { format: 'masks' }] as const)
      expect(refusedLabels([boxes], 'segment', dense)).toBeUndefined();
    expect(refusedLabels([boxes], 'detect', { format: 'coco' })).toBeUndefined();
    expect(refusedLabels([boxes], 'detect', { format: 'masks' })).toBeDefined();
    const unread = set('unread', { kind: 'dense' });
    expect(refusedLabels([undefined, unread], 'detect', {})).toBeUndefined();
  });

  it('of classes of images and masks or boxes is refused', () => {
    for (const task of ['classify', 'multilabel'])
      for (const dense of [boxes, masks])
        expect(refusedLabels([classes, dense], task, {})).toMatch(/ learns such labels\.$/);
    for (const task of ['segment', 'detect', 'instances'])
      expect(refusedLabels([classes], task, {})).toMatch(/^The labels of animals are one class/);
    // The folder may have masks or boxes as well.
    expect(refusedLabels([classes], 'segment', { masks: '/masks' })).toBeUndefined();
    expect(refusedLabels([labels], 'classify', {})).toBeUndefined();
    expect(refusedLabels([boxes], undefined, {})).toBeUndefined();
  });

  it('is none where the labels fit or are not known', () => {
    expect(taskMismatch([classes, undefined], undefined)).toBeUndefined();
    expect(taskMismatch([labels], 'multilabel')).toBeUndefined();
    expect(taskMismatch([undefined], 'multilabel')).toBeUndefined();
  });
});
