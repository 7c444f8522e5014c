/**
 * The reference executor: kernel after kernel in float64. It defines the meaning of graphs. In a narrow
 * precision its values are rounded where those of fast executors are.
 */
import { PRECISIONS, type Precision } from '../../contract/precision.ts';
import { nodesOf } from '../../ir/graph.ts';
import type { Entries, Graph, Module, Node } from '../../ir/types.ts';
import { verifyModule } from '../../ir/verify.ts';
import { evaluateGraph, toArray64 } from '../../meaning/evaluate.ts';
import type { Array64 } from '../../meaning/kernels.ts';
import { decompose } from '../../passes/decompose.ts';
import { mixedPrecision } from '../../passes/mixed-precision.ts';
import { stateBytes } from '../../passes/value-bytes.ts';
import { elementCount, type NamedTensors } from '../../tensor/host-tensor.ts';
import type {
  CompileOptions,
  Executor,
  Feeds,
  Program,
  Result,
  UntypedProgram,
} from '../executor.ts';
import { feedOf } from '../feeds.ts';
import { StateStore } from '../state-store.ts';

export const referenceExecutor: Executor = {
  id: 'reference',
  kinds: { reference: { computesOn: 'processor', isForChecks: true } },
  devices: {
    reference: async () => [
      {
        id: 'reference',
        executor: 'reference',
        kind: 'check',
        precisions: PRECISIONS,
        name: 'Reference (float64, slow)',
        available: true,
        detail: 'defines what every operation means; for checks, not for training',
      },
    ],
  },
  supports: () => [],
  // Values are float64, and all values of a run are kept until its end.
  plan: (module, entry) => ({
    stateBytes: 2 * stateBytes(module),
    entryBytes: nodesOf(decomposed(module.entries[entry]!)).reduce(
      (sum, { shape }) => sum + 8 * elementCount(shape),
      0,
    ),
  }),
  compile: async <E extends Entries>(
    module: Module<E>,
    { precision = 'float32' }: CompileOptions = {},
  ) => {
    verifyModule(module);
    const program: UntypedProgram = new ReferenceProgram(module, precision);
    return program as Program<E>;
  },
};

const decomposed = (graph: Graph) => decompose(graph, () => false);

class ReferenceProgram implements UntypedProgram {
  readonly #entries: Map<string, Graph>;
  readonly #state: StateStore<Float64Array>;

  constructor(module: Module, precision: Precision) {
    this.#entries = new Map(
      Object.entries(module.entries).map(([name, graph]) => [
        name,
        mixedPrecision(decomposed(graph), precision),
      ]),
    );
    this.#state = new StateStore(module, (length) => new Float64Array(length));
  }

  async run(entry: string, feeds: Feeds): Promise<ReadonlyMap<string, Result>> {
    const graph = this.#entries.get(entry);
    if (!graph) throw new Error(`no entry ${entry}`);
    const values = evaluateGraph(graph, (node) => {
      const { name, role } = node.attrs;
      if (role === 'feed') return toArray64(node, feedOf(graph, node, feeds));
      return this.#state.get(name).slice();
    });
    const results = new Map<string, Result>();
    for (const { name, role, node } of graph.outputs) {
      const value = values.get(node)!;
      if (role === 'state') this.#state.get(name).set(value);
      else results.set(name, toHost(node, value));
    }
    return results;
  }

  async readState(names?: readonly string[]): Promise<NamedTensors<'f32'>> {
    return this.#state.read(names);
  }

  async writeState(tensors: NamedTensors): Promise<void> {
    this.#state.write(tensors);
  }

  async dispose(): Promise<void> {
    this.#state.arrays.clear();
  }
}

/** Float results stay float64 for exact comparisons. */
function toHost(node: Node, value: Array64): Result {
  if (value instanceof Float64Array) return { dtype: 'f64', shape: node.shape, data: value };
  if (value instanceof Int32Array) return { dtype: 'i32', shape: node.shape, data: value };
  return { dtype: 'bool', shape: node.shape, data: value };
}
