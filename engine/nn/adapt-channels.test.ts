import { expect, it } from 'vitest';
import { hostTensor } from '../tensor/host-tensor.ts';
import { adaptChannels } from './adapt-channels.ts';

/** [2, 3, 1, 2] */
const RGB = hostTensor('f32', [2, 3, 1, 2], Float32Array.of(1, 2, 3, 4, 5, 6, -1, 0, 2, 8, 0, 1));

it('sums over the channels for one', () => {
  const grey = adaptChannels(RGB, 1)!;
  expect(grey.shape).toEqual([2, 1, 1, 2]);
  expect([...grey.data]).toEqual([9, 12, 1, 9]);
});

it('repeats them for others, scaled as in timm', () => {
  // timm 1.0.19: adapt_input_conv(5, torch.tensor(RGB))
  const five = adaptChannels(RGB, 5)!;
  expect(five.shape).toEqual([2, 5, 1, 2]);
  const rows = [
    [1, 2, 3, 4, 5, 6, 1, 2, 3, 4],
    [-1, 0, 2, 8, 0, 1, -1, 0, 2, 8],
  ];
  five.data.forEach((value, i) => {
    expect(value).toBeCloseTo(0.6 * rows.flat()[i]!, 6);
  });
  expect([...adaptChannels(RGB, 2)!.data]).toEqual([1.5, 3, 4.5, 6, -1.5, 0, 3, 12]);
});

it('gives the same patch of equal channels, from one channel to others too', () => {
  const grey = adaptChannels(RGB, 1)!;
  for (const channels of [2, 3, 7]) {
    const back = adaptChannels(adaptChannels(grey, channels)!, 1)!;
    back.data.forEach((value, i) => {
      expect(value).toBeCloseTo(grey.data[i]!, 5);
    });
  }
});

it('keeps a tensor that fits, and gives none where channels have other meanings', () => {
  expect(adaptChannels(RGB, 3)).toBe(RGB);
  expect(adaptChannels(adaptChannels(RGB, 6)!, 3)).toBeUndefined();
});
