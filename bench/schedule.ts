// The schedule of a pre-training step: its kernels, and its memory beside the memory plan.
//   node build/run.mjs bench/schedule.ts [--recipe small] [--entry gradients] [--set batch_size=8] [--print]
//     [--precision bfloat16]
import { parseArgs } from 'node:util';
import { knownWord } from '../build/arguments.ts';
import { PRECISIONS } from '../engine/contract/precision.ts';
import type { SettingValues } from '../engine/contract/settings/setting.ts';
import { nodesOf } from '../engine/ir/graph.ts';
import { shareCommonSubexpressions } from '../engine/passes/common-subexpressions.ts';
import { mixedPrecision } from '../engine/passes/mixed-precision.ts';
import { prepareGraph } from '../engine/passes/prepare-graph.ts';
import { loadRecipe } from '../engine/recipes/load.ts';
import { planMemory } from '../engine/schedule/memory-plan.ts';
import { printSchedule } from '../engine/schedule/print-schedule.ts';
import type { Instruction } from '../engine/schedule/schedule.ts';
import { scheduleGraph } from '../engine/schedule/schedule-graph.ts';
import { pretrainModule } from '../engine/tasks/pretrain/pretrain-learner.ts';

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      recipe: { type: 'string', default: 'small' },
      entry: { type: 'string', default: 'gradients' },
      precision: { type: 'string', default: 'float32' },
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
  const precision = knownWord(values.precision, PRECISIONS, '--precision');
  const graph = shareCommonSubexpressions(
    mixedPrecision(
      prepareGraph(entries[values.entry]!, () => true),
      precision,
    ),
  );
  const started = performance.now();
  const schedule = scheduleGraph(graph);
  const ms = performance.now() - started;
  if (values.print) process.stdout.write(`${printSchedule(schedule)}\n`);
  const counts = new Map<string, number>();
  for (const { kind } of schedule.steps) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const casts = schedule.steps.flatMap((step) => ('body' in step ? castsOf(step.body) : []));
  const alone = casts.filter((kind) => kind === 'alone').length;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const kinds = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  process.stdout.write(
    `${nodesOf(graph).length} nodes, ${schedule.steps.length} steps (${kinds}), made in ${ms.toFixed(0)} ms\n` +
      `${casts.length} casts, ${alone} of them steps of their own\n` +
      `arena ${megabytes(schedule.arenaBytes)}, memory plan ${megabytes(planMemory(graph, { overwrites: true, keepsStates: false }).workBytes)}\n`,
  );
}

/** Of each cast of a kernel, whether it is alone there or computed with others. */
function castsOf(body: readonly Instruction[]): ('alone' | 'fused')[] {
  return body.flatMap(({ op }) => (op !== 'cast' ? [] : body.length === 1 ? 'alone' : 'fused'));
}
