import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  const known = ['batch_size', 'image_size', 'patch_size', 'lr', 'warmup_epochs'];

  it('finds the word that was meant', () => {
    expect(nearest('bach_size', known)).toBe('batch_size');
    expect(nearest('batchSize', known)).toBe('batch_size');
    expect(nearest('warmup', known)).toBe('warmup_epochs');
    expect(nearest('rl', known)).toBe('lr');
  });

  it('gives no suggestion when no word is near', () => {
    expect(nearest('colour', known)).toBeUndefined();
  });
});
