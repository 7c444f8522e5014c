import { expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { SquareSums } from './square-sums.ts';

const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });
const random = new RandomStream(1, 'test');

it.each([0, 1, 5, 15, 16, 17, 31, 32, 47, 1000, 16384, 20011])(
  'adds the squares of %i numbers as a loop in double precision does',
  (count) => {
    const sums = new SquareSums(memory);
    for (const start of [0, 4, 12, 4096]) {
      const numbers = new Float32Array(memory.buffer, start, count);
      for (let i = 0; i < count; i++) numbers[i] = random.normal() * 10 ** random.between(-6, 6);
      expect(sums.of(numbers)).toBe(inSixteenSums(numbers));
      const exact = numbers.reduce((sum, x) => sum + x * x, 0);
      expect(Math.abs(sums.of(numbers) - exact)).toBeLessThanOrEqual(1e-13 * exact);
    }
  },
);

it('does not stay finite where a number is not', () => {
  const numbers = new Float32Array(memory.buffer, 0, 100).fill(1);
  const sums = new SquareSums(memory);
  numbers[40] = Number.POSITIVE_INFINITY;
  expect(sums.of(numbers)).toBe(Number.POSITIVE_INFINITY);
  numbers[40] = Number.NaN;
  expect(sums.of(numbers)).toBeNaN();
});

it('reaches numbers in its memory alone', () => {
  const sums = new SquareSums(memory);
  expect(sums.reaches(new Float32Array(memory.buffer, 4, 2))).toBe(true);
  expect(sums.reaches(new Float32Array(2))).toBe(false);
});

/** The slow twin: the same additions in the same order. */
function inSixteenSums(numbers: Float32Array): number {
  const whole = numbers.length - (numbers.length % 16);
  let sums = Array.from({ length: 16 }, () => 0);
  for (let i = 0; i < whole; i++) sums[i % 16]! += numbers[i]! * numbers[i]!;
  // Pairs are added lane by lane until one is left.
  while (sums.length > 2)
    sums = sums.flatMap((_, i) => (i % 4 < 2 ? [sums[i]! + sums[i + 2]!] : []));
  let sum = sums[0]! + sums[1]!;
  for (let i = whole; i < numbers.length; i++) sum += numbers[i]! * numbers[i]!;
  return sum;
}
