import { expect, it } from 'vitest';
import { runEventText } from './event-text.ts';

it.each([
  [{ type: 'epoch', epoch: 0, loss: 3.21, tokenMatch: 0.1 }, 'Epoch 1', 'match 10.0 %'],
  [{ type: 'epoch', epoch: 2, loss: 3.21, top1: 0.5 }, 'Epoch 3', 'top-1 50.0 %'],
  [{ type: 'rewind', toStep: 40, message: 'Step 45 was not finite.' }, 'Went back', 'Step 45'],
  [{ type: 'error', message: 'No space.', advice: 'Free some.' }, 'No space.', 'Free some.'],
  [
    { type: 'evaluation', top1: 0.5, loss: 1, n: 2000, best: true },
    'the best so far',
    '2,000 images',
  ],
  [{ type: 'checkpoint', bytes: 9e6, step: 5 }, 'Checkpoint', '9.0 MB'],
  [
    { type: 'ranks', library: 'MPICH 4.0', ranks: [{}, {}], gradientBytes: 37e6, sumMs: 44.1 },
    '2 ranks over MPICH 4.0',
    '37 MB of gradients takes 44 ms',
  ],
  [
    { type: 'warning', message: 'Slow disk.', advice: 'Use more workers.' },
    'Slow disk.',
    'workers',
  ],
  [
    {
      type: 'status',
      status: 'stopped',
      reason: { code: 'asked', message: 'Stopped by request.' },
    },
    'kept',
    'request',
  ],
  [
    { type: 'broken-image', path: 'a.png', reason: 'cut short', substitute: 'b' },
    'a.png',
    'cut short',
  ],
])('says %o in words', (event, title, more) => {
  const said = runEventText(event);
  expect(said.title).toContain(title);
  expect(said.text).toContain(more);
});

it('shows events of later versions by their type', () => {
  expect(runEventText({ type: 'moon-phase' })).toEqual({ title: 'moon-phase', tone: 'plain' });
});

it('says no loss of an evaluation that has none', () => {
  const primary = { name: 'mIoU', better: 'higher' };
  const event = {
    type: 'evaluation',
    primary,
    values: { mIoU: 0.5 },
    mIoU: 0.5,
    n: 33,
    best: true,
  };
  expect(runEventText(event)).toMatchObject({
    title: 'Evaluation: mIoU 50.0 %, the best so far',
    text: 'On 33 images.',
  });
});
