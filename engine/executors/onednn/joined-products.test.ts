import { expect, it } from 'vitest';
import { gradients } from '../../autodiff/gradients.ts';
import * as ir from '../../ir/builder.ts';
import type { Node } from '../../ir/types.ts';
import { RandomStream } from '../../random/philox.ts';
import { scheduleGraph } from '../../schedule/schedule-graph.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { moduleOf } from '../testing/check-gradient.ts';
import { onednnExecutor } from './onednn.ts';
import { takeTestLibrary } from './testing/test-library.ts';
import { ONEDNN_KERNELS, prepareOnednnGraph } from './traits.ts';

const [B, T, H, D] = [2, 17, 3, 8];
const E = H * D;
const shapes = { x: [B * T, E], weight: [3 * E, E], queryBias: [E], valueBias: [E] };
const nodes = Object.entries(shapes).map(([name, shape]) => ir.feed(name, shape));
const [x, weight, queryBias, valueBias] = nodes as [Node, Node, Node, Node];

/** Self-attention and its gradients, as networks have them. */
function attentionModule() {
  const part = (i: number, bias?: Node) => {
    const rows = ir.slice(weight, 0, i * E, (i + 1) * E);
    return ir.transpose(ir.reshape(ir.linear(x, rows, bias), [B, T, H, D]), [0, 2, 1, 3]);
  };
  const context = ir.attention(part(0, queryBias), part(1), part(2, valueBias), undefined, 0.3);
  const y = ir.reshape(ir.transpose(context, [0, 2, 1, 3]), [B * T, E]);
  const [dx, dWeight, dQuery, dValue] = gradients(ir.sum(ir.mul(y, y)), nodes);
  return moduleOf({ y, dx: dx!, dWeight: dWeight!, dQuery: dQuery!, dValue: dValue! });
}

it('computes query, key and value in one step, and the gradient of their operand in another', () => {
  const graph = prepareOnednnGraph(attentionModule().entries['main']!, {
    normalisesColumns: false,
  });
  const { steps } = scheduleGraph(graph, ONEDNN_KERNELS);
  const bodies = steps.flatMap((step) => ('body' in step ? [step.body] : []));
  const linear = bodies.filter(([first]) => first!.op === 'linear');
  expect(linear.map(([first]) => first!.shape)).toEqual([[B * T, 3 * E]]);
  const ofOperand = bodies.filter(
    ([first]) => first!.op === 'matmul' && `${first!.shape}` === `${B * T},${E}`,
  );
  expect(ofOperand.map((body) => body.length)).toEqual([1]);
  // Only biases are copied: what products write lies where the wide product reads it.
  const copied = steps.flatMap((step) =>
    step.kind === 'copy' ? [elementCount(step.to.shape)] : [],
  );
  expect(copied).toEqual([E, E, E]);
});

it.runIf(takeTestLibrary())('computes them as the reference does', async () => {
  const module = attentionModule();
  const random = new RandomStream(5, 'test');
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      Float32Array.from({ length: elementCount(shape) }, () => random.normal()),
    ]),
  );
  const [truth, found] = await Promise.all(
    [referenceExecutor, onednnExecutor].map(async (executor) => {
      const program = await executor.compile(module);
      return program.run('main', feeds);
    }),
  );
  for (const [name, { data }] of truth!) {
    const largest = Math.max(...Array.from(data, (value) => Math.abs(Number(value))));
    data.forEach((value, i) => {
      const error = Math.abs(Number(found!.get(name)!.data[i]) - Number(value));
      expect(error / largest, name).toBeLessThan(2e-6);
    });
  }
});
