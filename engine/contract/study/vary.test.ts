import { describe, expect, it } from 'vitest';
import { readVary, valueText } from './vary.ts';

describe('what is varied', () => {
  it('is a list of values', () => {
    expect(readVary('temperature=0.05, 0.1,0.2')).toMatchObject({
      keys: ['temperature'],
      values: [['0.05'], ['0.1'], ['0.2']],
    });
  });

  it('may have values with commas, separated by bars', () => {
    expect(readVary('image_size=32,48|64').values).toEqual([['32,48'], ['64']]);
  });

  it('may be settings that change together', () => {
    const vary = readVary('jitter:gray=0.8:0.2,0:0');
    expect(vary).toMatchObject({
      keys: ['jitter', 'gray'],
      values: [
        ['0.8', '0.2'],
        ['0', '0'],
      ],
    });
    expect(valueText(vary, { gray: '0.2', jitter: '0.8', lr: '1' })).toBe('0.8:0.2');
  });

  it('may be a range, even in the logarithm over a power of ten', () => {
    expect(readVary('lr=1e-4..1e-2').range).toEqual({
      low: 1e-4,
      high: 1e-2,
      whole: false,
      logarithmic: true,
    });
    expect(readVary('depth=2..6').range).toMatchObject({ whole: true, logarithmic: false });
    expect(readVary('mask_ratio=0.4..0.8').range).toMatchObject({ logarithmic: false });
  });

  it.each([
    ['lr', /key=value,value or key=low..high/],
    ['=1', /key=value/],
    ['lr=', /key=value/],
    ['lr=1,,2', /a value for each/],
    ['lr=1,1', /twice/],
    ['jitter:gray=0.8,0', /a value for each of jitter, gray/],
    ['lr=2..1', /lower to a higher/],
    ['lr=a..b', /lower to a higher/],
    ['jitter:gray=0..1', /range of one setting/],
    [`lr=${Array.from({ length: 51 }, (_, i) => i).join(',')}`, /more than 50/],
  ])('cannot be %j', (text, message) => {
    expect(() => readVary(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });
});
