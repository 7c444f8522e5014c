import { describe, expect, it } from 'vitest';
import { lengthText } from './length-text.ts';

describe('the length of a pre-training', () => {
  it.each([
    [{ batch_size: 64, epochs: 20, steps: null }, 10_000, /^3,120 steps .*20 epochs.* 20 times$/],
    [
      { batch_size: 64, epochs: 20, steps: 800 },
      10_000,
      /^800 steps .*\(set by steps\).* about 5.1 times$/,
    ],
    [{ batch_size: 64, epochs: 20, steps: 10 }, 10_000, /about 6 % of 10,000 images/],
    [{ batch_size: 64, epochs: 1, steps: null }, 640, /1 epoch\).* seen once$/],
    [{ batch_size: 64, epochs: 3, steps: null }, 0, /^3 times through all images$/],
  ])('%o on %d images', (values, images, expected) => {
    const { text, problem } = lengthText(values, images, { isFilled: false });
    expect(text).toMatch(expected);
    expect(problem).toBeUndefined();
  });

  it.each([
    [14, /takes 128 images, and there are only 14: lower batch_size/],
    [1, /there is only 1:/],
  ])('cannot fill a batch from %d images', (images, expected) => {
    const values = { batch_size: 128, epochs: 3, steps: 5 };
    expect(lengthText(values, images, { isFilled: false }).problem).toMatch(expected);
  });
});

describe('the length of a fine-tuning', () => {
  it.each([
    [
      { batch_size: 64, epochs: 1, steps: null, min_steps: 400 },
      192,
      /^400 steps of 64 images \(set by min_steps; 1 epochs? would be 3\)/,
    ],
    [{ batch_size: 64, epochs: 30, steps: null, min_steps: 400 }, 6400, /^3,000 steps .*30 epochs/],
    [{ batch_size: 64, epochs: 2, steps: null, min_steps: 0 }, 16, /^2 steps .* seen 8 times$/],
    [
      { batch_size: 64, epochs: 2, steps: null, min_steps: 10 },
      0,
      /at least 10 steps \(min_steps\)$/,
    ],
  ])('%o on %d images', (values, images, expected) => {
    const { text, problem } = lengthText(values, images, { isFilled: true });
    expect(text).toMatch(expected);
    expect(problem).toBeUndefined();
  });
});
