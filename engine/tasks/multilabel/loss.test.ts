import { expect, it } from 'vitest';
import { gradients } from '../../autodiff/gradients.ts';
import { openDevice } from '../../executors/open-device.ts';
import { gradientError, moduleOf } from '../../executors/testing/check-gradient.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import * as ir from '../../ir/builder.ts';
import type { Node } from '../../ir/types.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { RandomStream } from '../../random/philox.ts';
import { binaryCrossEntropy, pairTargets } from './loss.ts';

const CASES = 8;
const fixture = await readSafetensors(
  packagedFile('engine/tasks/multilabel/testing/multilabel.safetensors'),
);
const values = (name: string) => fixture.tensors.get(name)!.data as Float32Array;

const EACH: [device: string, number: number][] = Array.from({ length: CASES }, (_, i) => [
  'reference',
  i,
]);

it.each([...EACH, ['cpu', 3]] as const)(
  'is PyTorch’s BCEWithLogitsLoss with pos_weight, gradient included, on %s, case %i',
  async (device, number) => {
    const logits = values(`${number}.logits`);
    const [B, C] = fixture.tensors.get(`${number}.logits`)!.shape as [number, number];
    const x = ir.feed('logits', [B, C]);
    const sum = binaryCrossEntropy(x, ir.feed('targets', [B, 2 * C]));
    const loss = ir.mul(sum, 1 / (B * C));
    const [slope] = gradients(loss, [x]);
    const { executor, id } = await openDevice(device);
    const program = await executor.compile(moduleOf({ loss, slope: slope! }), { device: id });
    const targets = pairTargets(values(`${number}.targets`), values(`${number}.weights`));
    const results = await program.run('main', { logits, targets });
    await program.dispose();
    const expected = values(`${number}.loss`)[0]!;
    const got = Number(results.get('loss')!.data[0]);
    expect(Math.abs(got - expected) / (1 + Math.abs(expected))).toBeLessThan(1e-6);
    const wanted = values(`${number}.gradient`);
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const worst = Array.from(results.get('slope')!.data, Number).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)),
      0,
    );
    expect(worst / largest).toBeLessThan(1e-5);
  },
);

it('has the gradient of its differences', async () => {
  const random = new RandomStream(5, 'test');
  const numbers = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const hot = Float32Array.from({ length: 12 }, () => random.uniform());
  const example = {
    differentiable: true,
    inputs: [
      { shape: [4, 3], values: numbers(12) },
      { shape: [4, 6], values: pairTargets(hot, [2, 0.5, 1]) },
    ],
    build: ([x, targets]: readonly Node[]) => binaryCrossEntropy(x!, targets!),
  };
  expect(await gradientError(example, random)).toBeLessThan(1e-6);
});

it('is finite and right where a sigmoid is 0 or 1, and at 0', async () => {
  const logits = Float32Array.of(0, 200, -200, 200);
  const x = ir.feed('logits', [1, 4]);
  const loss = binaryCrossEntropy(x, ir.feed('targets', [1, 8]));
  const [slope] = gradients(loss, [x]);
  const { executor, id } = await openDevice('cpu');
  const program = await executor.compile(moduleOf({ loss, slope: slope! }), { device: id });
  const targets = pairTargets(Float32Array.of(0, 1, 0, 0));
  const results = await program.run('main', { logits, targets });
  await program.dispose();
  expect(Number(results.get('loss')!.data[0])).toBeCloseTo(Math.log(2) + 200, 4);
  expect([...results.get('slope')!.data].map(Number)).toEqual([0.5, 0, 0, 1]);
});
