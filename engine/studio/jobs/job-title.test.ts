import { expect, it } from 'vitest';
import type { JobRequest } from '../../contract/jobs/register.ts';
import { jobTitle } from './job-title.ts';

it.each<[string, object]>([
  [
    'Evaluate birds on garden/test',
    { kind: 'evaluate', model: '20261123-061834-birds-ab3c10', data: '/data/garden/test' },
  ],
  ['Export beit-base as onnx', { kind: 'export', model: '/ws/models/beit-base', format: 'onnx' }],
  [
    'Train from scratch on x-rays',
    { kind: 'finetune', from: 'scratch', train: '/data/x-rays', mode: 'full' },
  ],
])('calls it %s', (title, request) => {
  expect(jobTitle(request as JobRequest)).toBe(title);
});
