/**
 * A program whose state lies in this process's memory, one Float32Array per tensor.
 *
 * State is fed and, where that is safe, also given as output, so a step updates it in place without
 * copies. Elementwise entries, above all the optimizer's update, run as one fused loop. On CUDA and
 * DirectML the gradients are computed on the device and the update here, since tensors of these
 * providers cannot outlive a run in this binding. Each step then transfers the parameters of both
 * networks to the device and the gradients back.
 */
import { nodesOf } from '../../ir/graph.ts';
import type { Graph, GraphOutput, Module, Node } from '../../ir/types.ts';
import { elementCount, type NamedTensors } from '../../tensor/host-tensor.ts';
import {
  compileElementwise,
  type ElementwiseProgram,
  isElementwise,
} from '../elementwise/elementwise-program.ts';
import { createState } from '../elementwise/looped-state.ts';
import type { CompileOptions, Feeds, Result, UntypedProgram } from '../executor.ts';
import { orRelease, releaseAll } from '../release-all.ts';
import type { StateStore } from '../state-store.ts';
import { inPlaceOutputs } from './in-place.ts';
import { outputName, prepareOnnxGraph } from './lower-graph.ts';
import type { Provider } from './providers.ts';
import {
  createSession,
  feedTensor,
  type Ort,
  ortTensor,
  resultsOf,
  runSession,
} from './runtime.ts';

/** A session with the tensors bound to it, or a single loop over the state. */
type Entry = SessionEntry | ElementwiseProgram;

interface SessionEntry {
  readonly graph: Graph;
  readonly session: Ort.InferenceSession;
  readonly feeds: readonly Node<'input'>[];
  readonly boundInputs: Record<string, Ort.Tensor>;
  readonly fetches: Record<string, Ort.Tensor | null>;
  readonly copies: readonly { readonly output: GraphOutput; readonly buffer: Float32Array }[];
}

export class HostStateProgram implements UntypedProgram {
  readonly #device: string;
  readonly #state: StateStore<Float32Array>;
  readonly #entries = new Map<string, Entry>();

  private constructor(device: string, state: StateStore<Float32Array>) {
    this.#device = device;
    this.#state = state;
  }

  static async create(
    module: Module,
    provider: Provider,
    options: CompileOptions,
  ): Promise<HostStateProgram> {
    const graphs = Object.entries(module.entries).map(
      ([name, source]) => [name, prepareOnnxGraph(source, provider, options.precision)] as const,
    );
    const { store: state, linear } = createState(
      module,
      graphs.map(([, graph]) => graph),
      (length) => new Float32Array(length),
    );
    return orRelease(new HostStateProgram(provider.device, state), async (program) => {
      for (const [name, graph] of graphs) {
        program.#entries.set(
          name,
          linear && isElementwise(graph)
            ? compileElementwise(graph, linear, (array) => state.get(array))
            : await compileSession(graph, provider, state, options),
        );
      }
    });
  }

  async run(name: string, feeds: Feeds): Promise<ReadonlyMap<string, Result>> {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`no entry ${name}`);
    if (!('session' in entry)) {
      await entry.run(feeds);
      return new Map();
    }
    const inputs: Record<string, Ort.Tensor> = { ...entry.boundInputs };
    for (const node of entry.feeds) inputs[node.attrs.name] = feedTensor(entry.graph, node, feeds);
    const values = await runSession(entry.session, this.#device, inputs, entry.fetches);
    for (const { output, buffer } of entry.copies) this.#state.get(output.name).set(buffer);
    return resultsOf(entry.graph, values);
  }

  async readState(names?: readonly string[]): Promise<NamedTensors<'f32'>> {
    return this.#state.read(names);
  }

  async writeState(tensors: NamedTensors): Promise<void> {
    this.#state.write(tensors);
  }

  stateMemory(names: readonly string[]): ReadonlyMap<string, Float32Array> {
    return this.#state.memory(names);
  }

  async dispose(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#state.arrays.clear();
    await releaseAll(
      entries.map(
        (entry) => () => ('session' in entry ? entry.session.release() : entry.dispose()),
      ),
    );
  }
}

async function compileSession(
  graph: Graph,
  provider: Provider,
  state: StateStore<Float32Array>,
  { threads }: CompileOptions,
): Promise<SessionEntry> {
  const session = await createSession(graph, provider, {
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  });
  const inputs = nodesOf(graph).filter((node) => node.op === 'input');
  const bind = (name: string, node: Node): Ort.Tensor => ortTensor(state.get(name), node.shape);
  const boundInputs: Record<string, Ort.Tensor> = {};
  for (const node of inputs)
    if (node.attrs.role === 'state') boundInputs[node.attrs.name] = bind(node.attrs.name, node);
  const safe = inPlaceOutputs(graph);
  const fetches: Record<string, Ort.Tensor | null> = {};
  const copies: { output: GraphOutput; buffer: Float32Array }[] = [];
  for (const output of graph.outputs) {
    const key = outputName(output);
    if (output.role === 'result') fetches[key] = null;
    else if (safe.has(output)) fetches[key] = bind(output.name, output.node);
    else {
      const buffer = new Float32Array(elementCount(output.node.shape));
      fetches[key] = ortTensor(buffer, output.node.shape);
      copies.push({ output, buffer });
    }
  }
  const feeds = inputs.filter((node) => node.attrs.role === 'feed');
  return { graph, session, feeds, boundInputs, fetches, copies };
}
