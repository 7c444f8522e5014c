import { describe, expect, it } from 'vitest';
import { isLarger } from './payload-size.ts';

describe('a message', () => {
  it('of a usual size passes', () => {
    const call = { id: 1, name: 'datasets.add', input: { kind: 'images', folders: ['/a', '/b'] } };
    expect(isLarger([call], 1000)).toBe(false);
    expect(isLarger([undefined], 100)).toBe(false);
    expect(isLarger([], 100)).toBe(false);
  });

  const holdsItself: unknown[] = [];
  holdsItself.push(holdsItself);
  it.each([
    ['text', 'x'.repeat(1001)],
    ['a key', { ['x'.repeat(1001)]: 1 }],
    ['bytes', new Uint8Array(1001)],
    ['a buffer', new ArrayBuffer(1001)],
    ['a part of a buffer', new Uint8Array(new ArrayBuffer(1001), 0, 1)],
    ['numbers', new Array(200).fill(0)],
    ['nothing, many times', new Array(1e9)],
    ['a map', new Map([['a', 'x'.repeat(1001)]])],
    ['a set', new Set(['x'.repeat(1001)])],
    ['a large number', 1n << 10_000n],
    ['itself', holdsItself],
    ['many small things', Array.from({ length: 60 }, (_, i) => ({ i }))],
  ])('that holds %s is larger than a thousand bytes', (_, value) => {
    expect(isLarger(value, 1000)).toBe(true);
    expect(isLarger({ input: { value } }, 1000)).toBe(true);
  });

  it('may be nested deeper than any stack', () => {
    let deep: unknown = 0;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(isLarger(deep, 1000)).toBe(true);
    expect(isLarger(deep, 10_000_000)).toBe(false);
  });
});
