import { expect, it } from 'vitest';
import { parseRecipe } from '../contract/recipe.ts';
import { executorOf } from '../executors/devices.ts';
import { StateStore } from '../executors/state-store.ts';
import { nodesOf } from '../ir/graph.ts';
import type { Graph } from '../ir/types.ts';
import { randomBatch } from '../measure/random-batch.ts';
import { prepareGraph } from '../passes/prepare-graph.ts';
import { initialNetworks, pretrainModule } from '../tasks/pretrain/pretrain-learner.ts';
import { elementCount, type HostTensor } from '../tensor/host-tensor.ts';
import { planMemory } from './memory-plan.ts';
import type { View } from './schedule.ts';
import { scheduleGraph } from './schedule-graph.ts';
import { interpret } from './testing/interpret.ts';

const recipe = parseRecipe({
  image_size: 16,
  patch_size: 4,
  embed_dim: 12,
  depth: 1,
  heads: 2,
  mlp_dim: 16,
  proj_dim: 8,
  mask_type: 'block',
  mask_patches: 8,
  mask_min_patches: 2,
  clip_grad: 1,
  batch_size: 2,
  init_std: 0.3,
  layer_scale: 1,
});

/** Numbers for the feeds of an entry that has scalars alone. */
function scalarsOf(graph: Graph): Record<string, Float32Array> {
  const feeds = nodesOf(graph).flatMap((node) =>
    node.op === 'input' && node.attrs.role === 'feed' ? [node] : [],
  );
  return Object.fromEntries(
    feeds.map(({ attrs, shape }) => [attrs.name, new Float32Array(elementCount(shape)).fill(0.01)]),
  );
}

it('computes a training step as the reference does, in the memory of states and packs', async () => {
  const module = pretrainModule(recipe);
  const { student, teacher, mask } = randomBatch(recipe);
  const images = {
    studentImages: student,
    teacherImages: teacher,
    mask: Float32Array.from(mask),
  };
  const store = new StateStore(module, (length) => new Float32Array(length));
  const program = await executorOf('reference').compile(module);
  store.write(initialNetworks(recipe));
  await program.writeState(initialNetworks(recipe));
  for (const [name, feeds] of [
    ['gradients', images],
    ['update', scalarsOf(module.entries.update)],
  ] as const) {
    const graph = prepareGraph(module.entries[name], () => true);
    const schedule = scheduleGraph(graph);
    const truth = await program.run(name, feeds as typeof images);
    const found = interpret(schedule, feeds, store.arrays);
    for (const [key, want] of truth as ReadonlyMap<string, HostTensor>)
      expect(
        Math.abs(found.get(key)![0]! - Number(want.data[0])) / (1 + Math.abs(Number(want.data[0]))),
        key,
      ).toBeLessThan(1e-5);
    const next = await program.readState();
    for (const [key, { data }] of store.read()) {
      const want = next.get(key)!.data;
      const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - want[i]!)), 0);
      expect(worst, key).toBeLessThan(2e-4);
    }
    // Every state that is computed is written where it lies.
    const kindOf = ({ buffer }: View) => schedule.buffers[buffer]!.place.kind;
    for (const step of schedule.steps)
      if (step.kind === 'copy' && kindOf(step.to) === 'state')
        expect(kindOf(step.from)).toBe('state');
    expect(schedule.arenaBytes).toBeLessThan(
      planMemory(graph, { overwrites: true, keepsStates: false }).workBytes,
    );
  }
});
