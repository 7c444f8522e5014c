/**
 * A program whose state stays on the device: the next value of a tensor is an output, which is fed
 * to the next run. Only results are returned; states are read and written through identity graphs.
 *
 * Independent parts of an entry are separate graphs, run one after the other. So old and new values
 * exist side by side for one part only, and submissions to the device stay short.
 */
import { groupBy } from '../../contract/maps.ts';
import { nodesOf } from '../../ir/graph.ts';
import type { Graph, Module, Node, TensorType } from '../../ir/types.ts';
import { bindPacks, type PackPlace } from '../../passes/bind-packs.ts';
import { splitOutputs } from '../../passes/split-outputs.ts';
import { elementCount, type NamedTensors } from '../../tensor/host-tensor.ts';
import type { CompileOptions, Feeds, Result, UntypedProgram } from '../executor.ts';
import { orRelease, releaseAll } from '../release-all.ts';
import { checkedState, readPlaced } from '../state-store.ts';
import { outputName, prepareOnnxGraph } from './lower-graph.ts';
import type { Provider } from './providers.ts';
import { createSession, feedTensor, type Ort, resultsOf, runSession } from './runtime.ts';
import { Transfers } from './transfers.ts';

interface Part {
  readonly graph: Graph;
  readonly session: Ort.InferenceSession;
  readonly feeds: readonly Node<'input'>[];
  readonly reads: readonly string[];
}

export class ResidentProgram implements UntypedProgram {
  readonly #device: string;
  readonly #types: ReadonlyMap<string, TensorType>;
  readonly #places: ReadonlyMap<string, PackPlace>;
  readonly #entries = new Map<string, Part[]>();
  readonly #transfers: Transfers;
  /** by names of packs, and of tensors outside packs */
  readonly #state = new Map<string, Ort.Tensor>();

  private constructor(
    provider: Provider,
    types: ReadonlyMap<string, TensorType>,
    places: ReadonlyMap<string, PackPlace>,
  ) {
    this.#device = provider.device;
    this.#types = types;
    this.#places = places;
    this.#transfers = new Transfers(provider);
  }

  static async create(
    source: Module,
    provider: Provider,
    { precision }: CompileOptions,
  ): Promise<ResidentProgram> {
    const { module, places } = bindPacks(source);
    return orRelease(new ResidentProgram(provider, source.state, places), async (program) => {
      for (const [name, graph] of Object.entries(module.entries)) {
        const parts: Part[] = [];
        program.#entries.set(name, parts);
        for (const part of splitOutputs(prepareOnnxGraph(graph, provider, precision)))
          parts.push(await compilePart(part, provider));
      }
      for (const [name, { shape }] of module.state)
        await program.#put(name, new Float32Array(elementCount(shape)), shape);
    });
  }

  async run(name: string, feeds: Feeds): Promise<ReadonlyMap<string, Result>> {
    const parts = this.#entries.get(name);
    if (!parts) throw new Error(`no entry ${name}`);
    const results = new Map<string, Result>();
    for (const { graph, session, feeds: inputs, reads } of parts) {
      const given: Record<string, Ort.Tensor> = {};
      for (const node of inputs) given[node.attrs.name] = feedTensor(graph, node, feeds);
      for (const state of reads) given[state] = this.#state.get(state)!;
      const values = await runSession(session, this.#device, given);
      for (const [key, value] of resultsOf(graph, values)) results.set(key, value);
      for (const output of graph.outputs)
        if (output.role === 'state') this.#replace(output.name, values[outputName(output)]!);
    }
    return results;
  }

  readState(names: Iterable<string> = this.#types.keys()): Promise<NamedTensors<'f32'>> {
    return readPlaced(names, this.#places, (holder) =>
      this.#transfers.download(this.#state.get(holder)!),
    );
  }

  async writeState(tensors: NamedTensors): Promise<void> {
    const given = checkedState(this.#types, tensors);
    const byHolder = groupBy(given.keys(), (name) => this.#places.get(name)!.holder);
    for (const [holder, names] of byHolder) {
      const old = this.#state.get(holder)!;
      const size = elementCount(old.dims);
      const count = names.reduce((sum, name) => sum + given.get(name)!.data.length, 0);
      const whole = count === size ? new Float32Array(size) : await this.#transfers.download(old);
      for (const name of names) whole.set(given.get(name)!.data, this.#places.get(name)!.offset);
      await this.#put(holder, whole, old.dims);
    }
  }

  async dispose(): Promise<void> {
    const tensors = [...this.#state.values()];
    const parts = [...this.#entries.values()].flat();
    this.#state.clear();
    this.#entries.clear();
    await releaseAll([
      ...tensors.map((tensor) => () => tensor.dispose()),
      () => this.#transfers.dispose(),
      ...parts.map(
        ({ session }) =>
          () =>
            session.release(),
      ),
    ]);
  }

  async #put(name: string, data: Float32Array, shape: readonly number[]): Promise<void> {
    this.#replace(name, await this.#transfers.upload(data, shape));
  }

  #replace(name: string, next: Ort.Tensor): void {
    this.#state.get(name)?.dispose();
    this.#state.set(name, next);
  }
}

async function compilePart(graph: Graph, provider: Provider): Promise<Part> {
  const places = graph.outputs.map((output): [string, 'gpu-buffer' | 'cpu'] => [
    outputName(output),
    output.role === 'state' ? 'gpu-buffer' : 'cpu',
  ]);
  const session = await createSession(graph, provider, {
    preferredOutputLocation: Object.fromEntries(places),
  });
  const inputs = nodesOf(graph).filter((node) => node.op === 'input');
  return {
    graph,
    session,
    feeds: inputs.filter(({ attrs }) => attrs.role === 'feed'),
    reads: inputs.filter(({ attrs }) => attrs.role === 'state').map(({ attrs }) => attrs.name),
  };
}
