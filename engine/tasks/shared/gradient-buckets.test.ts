import { expect, it } from 'vitest';
import { bucketsOf } from './gradient-buckets.ts';

/** Tensors in packs: [name, length] of each member. */
function packed(...packs: [string, number][][]): Map<string, Float32Array> {
  const arrays = packs.flatMap((members) => {
    const whole = new Float32Array(members.reduce((sum, [, length]) => sum + length, 0));
    let end = 0;
    return members.map(([name, length]): [string, Float32Array] => {
      end += length;
      return [name, whole.subarray(end - length, end)];
    });
  });
  return new Map(arrays.sort(([a], [b]) => a.localeCompare(b)));
}

const namesOf = (gradients: Map<string, Float32Array>, bytes: number) =>
  bucketsOf(gradients, bytes).map(({ names }) => names.join(' '));

it('joins tensors that lie one after the other, those of the last layers first', () => {
  const weights = [1, 2, 3, 4, 5].map((layer): [string, number] => [`${layer}.w`, 100]);
  const biases = [1, 2, 3, 4, 5].map((layer): [string, number] => [`${layer}.b`, 3]);
  const gradients = packed(weights, biases);
  // What is left over is the bucket that is finished last.
  expect(namesOf(gradients, 4 * 200)).toEqual(['4.w 5.w', '2.w 3.w', '1.w', '1.b 2.b 3.b 4.b 5.b']);
  const [first] = bucketsOf(gradients, 4 * 200);
  first!.array.fill(7);
  expect([...gradients].map(([, array]) => array[0])).toEqual([0, 0, 0, 0, 0, 0, 0, 7, 0, 7]);
});

it('leaves a tensor alone that is larger than a bucket, and joins nothing across memory', () => {
  const gradients = packed(
    [
      ['a', 10],
      ['b', 1000],
      ['c', 10],
    ],
    [['d', 1]],
    [['e', 0]],
  );
  expect(namesOf(gradients, 4 * 50)).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(bucketsOf(new Map())).toEqual([]);
});
