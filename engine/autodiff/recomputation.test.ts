import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../contract/recipe.ts';
import { executorOf } from '../executors/devices.ts';
import * as ir from '../ir/builder.ts';
import { nodesOf } from '../ir/graph.ts';
import { randomBatch } from '../measure/random-batch.ts';
import { prepareGraph } from '../passes/prepare-graph.ts';
import { initialNetworks, pretrainModule } from '../tasks/pretrain/pretrain-learner.ts';
import { gradients } from './gradients.ts';

const settings = {
  image_size: 16,
  patch_size: 4,
  embed_dim: 24,
  depth: 3,
  heads: 3,
  mlp_dim: 32,
  proj_dim: 16,
  mask_type: 'block',
  mask_patches: 8,
  mask_min_patches: 2,
  batch_size: 4,
} as const;
const kept = parseRecipe(settings);
const again = parseRecipe({ ...settings, recompute: true });

describe('activations that are computed again', () => {
  it.each([
    ['the processor', executorOf('onnxruntime')],
    ['the reference', executorOf('reference')],
  ])('give the same numbers, bit for bit, on %s', async (_, executor) => {
    const found = [];
    for (const recipe of [kept, again]) {
      const program = await executor.compile(pretrainModule(recipe), {});
      await program.writeState(initialNetworks(recipe));
      const { student, teacher, mask } = randomBatch(recipe);
      const results = await program.run('gradients', {
        studentImages: student,
        teacherImages: teacher,
        mask: Float32Array.from(mask),
      });
      found.push([Number(results.get('loss')!.data[0]), await program.readState()] as const);
      await program.dispose();
    }
    const [[loss, state], [otherLoss, otherState]] = found as [
      (typeof found)[0],
      (typeof found)[0],
    ];
    expect(otherLoss).toBe(loss);
    let gradientCount = 0;
    for (const [name, { data }] of state) {
      expect(otherState.get(name)!.data, name).toEqual(data);
      if (name.startsWith('grad.') && data.some((value) => value !== 0)) gradientCount++;
    }
    expect(gradientCount).toBeGreaterThan(40);
  });

  it('depend on their gradient and are not shared with the forward pass', () => {
    const x = ir.feed('x', [4, 4]);
    const w = ir.state('w', [4, 4]);
    const stop = ir.exp(ir.matmul(ir.exp(x), w));
    const loss = ir.sum(ir.exp(ir.mul(stop, 0.1)));
    const [slope] = gradients(loss, [w], undefined, undefined, [stop]);
    const order = nodesOf(
      prepareGraph(
        {
          name: 'test',
          outputs: [
            { name: 'loss', role: 'result', node: loss },
            { name: 'slope', role: 'result', node: slope! },
          ],
        },
        () => true,
      ),
    );
    const ties = order.filter(({ op }) => op === 'where');
    expect(ties.map(({ inputs }) => inputs[2])).toEqual([order.find(({ op }) => op === 'input')]);
    // Twice exp(x), twice the product's exp, once that of the loss: the weight is the same for both.
    expect(order.filter(({ op }) => op === 'exp')).toHaveLength(5);
    expect(order.filter(({ op }) => op === 'input')).toHaveLength(2);
  });
});
