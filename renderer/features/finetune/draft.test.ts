import { describe, expect, it } from 'vitest';
import type { JobRequest } from '../../../engine/contract/studio/index.ts';
import { EMPTY_FINETUNE_DRAFT, type FinetuneDraft } from './draft.ts';
import { compareRequest } from './jobs/compare/request.ts';
import { evaluateRequest } from './jobs/evaluate/request.ts';
import { finetuneRequest } from './jobs/finetune/request.ts';
import { knnRequest } from './jobs/knn/request.ts';
import { draftOf } from './jobs/register.ts';

const suggested = {
  leaveOutLeaks: true,
  mode: 'partial:1',
  recipe: 'micro',
  settings: { epochs: '3' },
};
const filled: FinetuneDraft = {
  ...EMPTY_FINETUNE_DRAFT,
  from: 'run-1',
  task: 'classify',
  which: { network: 'student', checkpoint: 200 },
  classifier: 'run-2',
  train: '/data/train',
  val: '/data/test',
  fraction: 0.1,
  name: 'birds',
  settings: { epochs: '3' },
  device: 'cpu',
  precision: 'bfloat16',
  neighbours: 5,
  seeds: 2,
};

describe('the draft', () => {
  it('says what divides labels only where an image may have several', () => {
    const divided = { ...filled, labelSeparator: ' ' };
    expect(finetuneRequest(divided, suggested)).not.toHaveProperty('labelSeparator');
    const request = finetuneRequest({ ...divided, task: 'multilabel' }, suggested);
    expect(request).toMatchObject({ task: 'multilabel', labelSeparator: ' ' });
    expect(draftOf(request)).toMatchObject({ task: 'multilabel', labelSeparator: ' ' });
  });

  it('says how masks are read', () => {
    const dense = { zero: 'nothing' as const, ignore: [0, 255], negatives: true };
    const masks = { ...filled, task: 'segment' as const, dense };
    const request = finetuneRequest(masks, suggested);
    expect(request).toMatchObject({ task: 'segment', ...dense });
    expect(draftOf(request)).toMatchObject({ dense });
    expect(evaluateRequest(masks)).toMatchObject(dense);
    expect(draftOf(evaluateRequest(masks))).toMatchObject({ dense });
  });

  it('says where a validation set has its masks', () => {
    const valFolders = { masks: '/data/test-masks' };
    const masks = { ...filled, task: 'segment' as const, valFolders };
    const request = finetuneRequest(masks, suggested);
    expect(request).toMatchObject({ val: '/data/test', valMasks: '/data/test-masks' });
    expect(draftOf(request)).toMatchObject({ valFolders });
    // Without a validation set there is none to have folders.
    expect(finetuneRequest({ ...masks, val: '' }, suggested)).not.toHaveProperty('valMasks');
  });

  it('takes what is suggested where nothing was chosen', () => {
    const request = finetuneRequest({ ...filled, val: ' ' }, suggested);
    expect(request).toMatchObject({ mode: 'partial:1', recipe: 'micro', valFraction: 0.1 });
    expect(request).not.toHaveProperty('val');
    expect(finetuneRequest({ ...filled, mode: 'full' }, suggested)).toMatchObject({
      mode: 'full',
      val: '/data/test',
    });
  });

  it('asks for no network of a run where there is none', () => {
    const request = finetuneRequest({ ...filled, from: 'scratch' }, suggested);
    expect(request).not.toHaveProperty('network');
    expect(request).not.toHaveProperty('checkpoint');
  });

  it('names the precision of what is applied, and no other than its settings of what is trained', () => {
    for (const ask of [evaluateRequest, knnRequest]) {
      expect(ask(filled)).toMatchObject({ precision: 'bfloat16' });
      expect(ask({ ...filled, precision: 'float32' })).not.toHaveProperty('precision');
    }
    expect(finetuneRequest(filled, suggested)).not.toHaveProperty('precision');
  });

  it.each<[string, (draft: FinetuneDraft) => JobRequest]>([
    ['finetune', (draft) => finetuneRequest(draft, suggested)],
    ['compare', (draft) => compareRequest(draft, suggested)],
    ['evaluate', evaluateRequest],
    ['knn', knnRequest],
  ])('%s can be asked again as it was', (kind, ask) => {
    const request = ask({ ...filled, classifierStep: 12, split: 'test' });
    const again = { ...EMPTY_FINETUNE_DRAFT, ...draftOf(request) };
    expect(again.tab).toBe(kind);
    expect(ask(again)).toEqual(request);
  });
});
