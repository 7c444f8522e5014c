import { describe, expect, it } from 'vitest';
import type { Job, RequestOf } from '../../../engine/contract/studio/index.ts';
import { objectsText } from '../../ui/label-overlay/drawn-objects.ts';
import { classOptions } from './class-options.ts';
import { EMPTY_PREDICT_DRAFT, missingOf, predictDraftOf, predictRequest } from './draft.ts';
import { imagesOf, jobProgressText, statusWord } from './job-text.ts';
import { namesOf, shownImage } from './objects-shown.ts';
import { mostLikely, predictedText, sharesText } from './row-text.ts';

const request: RequestOf<'predict'> = { kind: 'predict', model: 'm', data: ['/d'], device: 'cpu' };

describe('the form', () => {
  it('names what is missing, and gives a request that it can take back', () => {
    const empty = EMPTY_PREDICT_DRAFT;
    expect(missingOf(empty)).toBe('Choose a fine-tuned network.');
    expect(missingOf({ ...empty, model: 'm' })).toBe('Choose images.');
    const draft = { ...empty, model: ' m ', data: ['/d'], device: 'cpu' };
    expect(missingOf(draft)).toBeUndefined();
    expect(predictRequest(draft)).toEqual(request);
    const watching = { ...request, checkpoint: 40, watch: true, precision: 'bfloat16' as const };
    expect(predictRequest({ ...empty, ...predictDraftOf(watching) })).toEqual(watching);
  });

  it('asks for masks of segmenters and for objects of low scores of detectors', () => {
    const draft = { ...EMPTY_PREDICT_DRAFT, model: 'm', data: ['/d'], device: 'cpu', watch: true };
    expect(predictRequest(draft, 'segment')).toEqual({ ...request, format: 'masks' });
    const objects = { ...request, format: 'json', threshold: 0.05 } as const;
    for (const task of ['detect', 'instances'])
      expect(predictRequest(draft, task)).toEqual(objects);
    // Of a network whose task is not known it is chosen.
    const again = { ...EMPTY_PREDICT_DRAFT, ...predictDraftOf(objects) };
    expect(predictRequest(again)).toEqual(objects);
    expect(predictDraftOf({ ...request, format: 'json' }).format).toBe('json');
  });
});

describe('a job', () => {
  const job = (over: Partial<Job>) => ({ request, state: 'running', ...over }) as Job;
  const watching = { ...request, watch: true };

  it('is told by what it has done', () => {
    expect(jobProgressText(job({ state: 'waiting' }), 0)).toBe('It is waiting in the queue.');
    expect(jobProgressText(job({}), 0)).toBe('Reading the network and the images…');
    expect(jobProgressText(job({ progress: { done: 1200, total: 5000 } }), 900)).toBe(
      '1,200 of 5,000 images',
    );
    expect(jobProgressText(job({ request: watching }), 1)).toMatch(/^1 image so far\. New images/);
    const gone = { done: 1, total: 1, text: '/inbox is not there; it is looked for' };
    expect(jobProgressText(job({ request: watching, progress: gone }), 1)).toBe(
      '1 image so far. /inbox is not there; it is looked for.',
    );
    expect(imagesOf(job({ progress: { done: 7, total: 9 } }))).toBe(7);
    const waiting = { done: 7, total: 7, text: 'Waiting for new images' };
    expect(imagesOf(job({ request: watching, progress: waiting }))).toBe(7);
    expect(imagesOf(job({ state: 'done', result: { images: 9 } }))).toBe(9);
  });

  it('is no training', () => {
    expect(statusWord(job({}))).toBe('running');
    expect(statusWord(job({ request: watching }))).toBe('watching');
    expect(statusWord(job({ state: 'done' }))).toBeUndefined();
  });
});

it('shows the objects of a score and a class', () => {
  const names = namesOf({
    classes: [
      { name: 'car', colour: '#ff0000' },
      { name: 'dog', colour: '#00ff00' },
    ],
  });
  const found = (label: number, score: number) => ({
    label,
    score,
    box: [0, 0, 4, 4] as [number, number, number, number],
  });
  const objects = [found(0, 0.9), found(1, 0.5), found(0, 0.2)];
  const image = { row: 0, path: '/a.png', width: 8, height: 8, objects };
  const shown = (threshold: number, chosen?: string) =>
    objectsText(shownImage(image, names, { threshold, chosen }).objects, names);
  expect(shown(0.5)).toBe('1 car, 1 dog');
  expect(shown(0.05)).toBe('2 car, 1 dog');
  expect(shown(0.05, 'dog')).toBe('1 dog');
  expect(shown(0.95)).toBe('nothing');
});

describe('a prediction', () => {
  it('is told in words, with several labels or none', () => {
    expect(predictedText({ predicted: ['cat'], confidence: 0.931 })).toBe('cat, 93.1 %');
    expect(predictedText({ predicted: ['cat', 'dog'], confidence: 0.6 })).toBe(
      'cat and dog, 60.0 %',
    );
    expect(predictedText({ predicted: [], confidence: 0.88 })).toBe('no label, 88.0 %');
  });

  it('has its most likely classes first', () => {
    const shares = mostLikely({ probabilities: [0.2, 0.5, 0.3] }, ['a', 'b', 'c'], 2);
    expect(sharesText(shares)).toBe('b 50.0 % · c 30.0 %');
  });
});

it('names no counts of classes that are of another score than what is drawn', () => {
  const page = { all: 14, classes: [{ name: 'square' }], counts: [1200] };
  const labels = (isCounting: boolean) => classOptions(page, isCounting).map((one) => one.label);
  expect(labels(false)).toEqual(['All classes (14)', 'square (1,200)']);
  expect(labels(true)).toEqual(['All classes (14)', 'square (…)']);
});
