/**
 * Compiling a step whose gradients hold sums over ranks, as synchronised batch norm has them: the graph
 * runs in parts, and between them the ranks sum.
 */
import type { Collectives } from '../../collectives/collectives.ts';
import { compileOn } from '../../executors/compile-on.ts';
import type { Program, RunObserver, UntypedProgram } from '../../executors/executor.ts';
import type { Entries, FeedsOf, Graph, Module, ResultsOf } from '../../ir/types.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { type CutPart, cutAtRankSums } from '../../passes/cut-at-rank-sums.ts';

type StepEntries = Entries & { readonly gradients: Graph };
type Order = Parameters<typeof compileOn>[1];

/** @throws StudioError as `compileOn` does */
export async function compileOnRanks<E extends StepEntries>(
  module: Module<E>,
  order: Order,
  ranks: Collectives,
): Promise<Program<E>> {
  const { parts, last, state } = cutAtRankSums(module.entries.gradients, STATE_PREFIXES.kept);
  if (parts.length === 0) return compileOn(module, order);
  const entries = {
    ...module.entries,
    ...Object.fromEntries(parts.map(({ graph }) => [graph.name, graph])),
    gradients: last,
  };
  const cut: Module<E> = { ...module, state: new Map([...module.state, ...state]), entries };
  return new CutProgram(await compileOn(cut, order), parts, ranks);
}

class CutProgram<E extends StepEntries> implements Program<E> {
  readonly #program: Program<E>;
  readonly #parts: readonly CutPart[];
  readonly #ranks: Collectives;

  constructor(program: Program<E>, parts: readonly CutPart[], ranks: Collectives) {
    this.#program = program;
    this.#parts = parts;
    this.#ranks = ranks;
  }

  async run<K extends keyof E & string>(
    entry: K,
    feeds: FeedsOf<E[K]>,
    observer?: RunObserver,
  ): Promise<ResultsOf<E[K]>> {
    if (entry === 'gradients')
      for (const { graph, sum } of this.#parts) {
        await (this.#program as unknown as UntypedProgram).run(graph.name, feeds);
        const sums = await this.#program.readState([sum]);
        await this.#ranks.sum(sums.get(sum)!.data);
        await this.#program.writeState(sums);
      }
    return this.#program.run(entry, feeds, observer);
  }

  readState(names?: readonly string[]) {
    return this.#program.readState(names);
  }

  writeState(tensors: Parameters<Program['writeState']>[0]): Promise<void> {
    return this.#program.writeState(tensors);
  }

  stateMemory(names: readonly string[]) {
    return this.#program.stateMemory?.(names);
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}
