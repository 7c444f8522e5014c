// The schedule of a pre-training step: its kernels, and its memory beside the memory plan.
//   node build/run.mjs bench/schedule.ts [--recipe small] [--entry gradients] [--set batch_size=8] [--print]
import { parseArgs } from 'node:util';
import type { SettingValues } from '../engine/contract/settings/setting.ts';
import { nodesOf } from '../engine/ir/graph.ts';
import { planMemory } from '../engine/passes/memory-plan.ts';
import { prepareGraph } from '../engine/passes/prepare-graph.ts';
import { loadRecipe } from '../engine/recipes/load.ts';
import { printSchedule } from '../engine/schedule/print-schedule.ts';
import { scheduleGraph } from '../engine/schedule/schedule-graph.ts';
import { pretrainModule } from '../engine/tasks/pretrain/pretrain-learner.ts';

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      recipe: { type: 'string', default: 'small' },
      entry: { type: 'string', default: 'gradients' },
      set: { type: 'string', multiple: true, default: [] },
      print: { type: 'boolean', default: false },
    },
  });
  const settings: SettingValues = Object.fromEntries(
    values.set.map((text) => {
      const [key, value] = text.split('=') as [string, string];
      return [key, JSON.parse(value)];
    }),
  );
  const { recipe } = loadRecipe(values.recipe, settings);
  const entries: Readonly<Record<string, Parameters<typeof prepareGraph>[0]>> =
    pretrainModule(recipe).entries;
  const graph = prepareGraph(entries[values.entry]!, () => true);
  const started = performance.now();
  const schedule = scheduleGraph(graph);
  const ms = performance.now() - started;
  if (values.print) process.stdout.write(`${printSchedule(schedule)}\n`);
  const counts = new Map<string, number>();
  for (const { kind } of schedule.steps) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const kinds = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  process.stdout.write(
    `${nodesOf(graph).length} nodes, ${schedule.steps.length} steps (${kinds}), made in ${ms.toFixed(0)} ms\n` +
      `arena ${megabytes(schedule.arenaBytes)}, memory plan ${megabytes(planMemory(graph, true).workBytes)}\n`,
  );
}
