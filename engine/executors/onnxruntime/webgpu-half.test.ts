/** float16 as a device's own kernels compute it, where there is a driver that offers it. */
import { describe, expect, it } from 'vitest';
import { compareNarrow } from '../../devices/compare-narrow.ts';
import * as ir from '../../ir/builder.ts';
import { RandomStream } from '../../random/philox.ts';
import { lossCurve, stepsInPasses } from '../../tasks/pretrain/testing/loss-curve.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { CASES } from '../testing/cases.ts';
import { moduleOf, moduleWithGradients } from '../testing/check-gradient.ts';
import { onnxruntimeExecutor } from './onnxruntime.ts';
import { probeWebgpu } from './webgpu-probe.ts';

// Read when the first device is opened.
const driver = process.env['CONMIM_HALF_DRIVER'];
if (driver !== undefined) process.env['VK_ICD_FILENAMES'] = driver;
const finding = await probeWebgpu();

it.runIf(driver !== undefined)('the driver that was found offers float16', () => {
  expect(finding).toMatchObject({ works: true, half: true });
});

describe.runIf(finding.works && finding.half)('WebGPU in float16', () => {
  const device = 'webgpu';
  const precision = 'float16';
  // Steps and places of maxima move with any rounding.
  const moving: readonly string[] = ['reduceMax', 'sign', 'where'];
  const ops = (Object.keys(CASES) as (keyof typeof CASES)[]).filter(
    (op) => !moving.includes(op) && CASES[op](new RandomStream(9, 'test', 0)).differentiable,
  );

  it.each(ops)('computes %s and its gradient', async (op) => {
    const random = new RandomStream(9, 'test', ops.indexOf(op));
    const { module, values } = moduleWithGradients(CASES[op](random), random);
    const truth = await (await referenceExecutor.compile(module)).run('main', values);
    const program = await onnxruntimeExecutor.compile(module, { device, precision });
    const results = await program.run('main', values);
    for (const [name, { data }] of truth) {
      const size = Math.max(1, ...Array.from(data, Math.abs));
      for (const [i, number] of data.entries())
        expect(Math.abs(Number(results.get(name)!.data[i]) - Number(number)), name).toBeLessThan(
          0.02 * size,
        );
    }
    await program.dispose();
  });

  // Kernels that add up in float16 stop at 2,048: one more is lost in rounding.
  it.each([1024, 5000])('adds up a product of %i terms', async (terms) => {
    const [a, b] = [ir.feed('a', [8, terms]), ir.feed('b', [terms, 8])];
    const module = moduleOf({ y: ir.matmul(a, b) });
    const program = await onnxruntimeExecutor.compile(module, { device, precision });
    const ones = new Float32Array(8 * terms).fill(1);
    const { data } = (await program.run('main', { a: ones, b: ones })).get('y')!;
    expect([...data].map(Number)).toEqual(new Array(64).fill(terms));
    await program.dispose();
  });

  it('takes steps in passes, and with activations that are computed again', async () => {
    const [here, there] = [await stepsInPasses('cpu'), await stepsInPasses(device, precision)];
    for (const [i, { loss }] of here.entries())
      expect(Math.abs(there[i]!.loss / loss - 1)).toBeLessThan(0.01);
  });

  it('passes the check that precedes its use', async () => {
    const checks = await compareNarrow({ device, precision: 'float16' });
    expect(checks.map(({ ok }) => ok)).toEqual([true, true]);
  });

  it('learns what the processor learns in float32', async () => {
    const [here, there] = [await lossCurve('cpu', 100), await lossCurve(device, 100, precision)];
    for (const [i, loss] of there.slice(0, 20).entries())
      expect(Math.abs(loss / here[i]! - 1), `step ${i}`).toBeLessThan(0.01);
    const end = (losses: number[]) => losses.slice(-20).reduce((sum, loss) => sum + loss / 20, 0);
    expect(end(there)).toBeLessThan(0.8 * there[0]!);
    expect(Math.abs(end(there) / end(here) - 1)).toBeLessThan(0.03);
  });
});
