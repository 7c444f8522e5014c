import { describe, expect, it } from 'vitest';
import type { RequestOf } from '../../../../engine/contract/studio/index.ts';
import { EMPTY_PREDICT_DRAFT, missingOf, predictDraftOf, predictRequest } from './draft.ts';

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
