import { expect, it } from 'vitest';
import { finetuneAddress, readStartNetwork } from './finetune-address.ts';

it.each([
  { from: 'holiday-1', network: 'student' },
  { from: '/models/a & b?%.safetensors' },
] as const)('names the network $from, which is read back', (start) => {
  const [path, search] = finetuneAddress('set 1', start).split(/\?(.*)/s) as [string, string];
  expect(path).toBe('/finetune/on/set%201');
  expect(readStartNetwork(new URLSearchParams(search))).toEqual(start);
});

it('names none, or no kind that there is not', () => {
  expect(finetuneAddress('a')).toBe('/finetune/on/a');
  expect(readStartNetwork(new URLSearchParams())).toBeUndefined();
  const other = new URLSearchParams({ from: 'r', network: 'other' });
  expect(readStartNetwork(other)).toEqual({ from: 'r' });
});
