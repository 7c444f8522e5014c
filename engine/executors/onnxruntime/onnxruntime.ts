/**
 * The default executor: graphs emitted as ONNX, run by ONNX Runtime.
 *
 * On the CPU the state is one Float32Array a tensor. It is fed and, where that is safe, given as
 * output, so a step updates the state in place and nothing is copied. Purely elementwise entries, the
 * optimizer's update above all, run as one fused loop instead of operator by operator.
 */
import { createRequire } from 'node:module';
import os from 'node:os';
import type * as Ort from 'onnxruntime-node';
import { StudioError } from '../../contract/errors.ts';
import { encodeOnnxModel } from '../../formats/onnx/model.ts';
import { nodesOf } from '../../ir/graph.ts';
import { printGraph } from '../../ir/print.ts';
import type { Graph, Module, Node, Output } from '../../ir/types.ts';
import { verifyModule } from '../../ir/verify.ts';
import { computeThreads } from '../../platform/threads.ts';
import { elementCount, type HostTensor, type NamedTensors } from '../../tensor/host-tensor.ts';
import type { CompileOptions, Device, Executor, Feeds, Program, Results } from '../executor.ts';
import { missingFeed } from '../feeds.ts';
import { StateStore } from '../state-store.ts';
import {
  compileElementwise,
  type ElementwiseProgram,
  isElementwise,
} from './elementwise/elementwise-program.ts';
import { alignedBytes, WasmState } from './elementwise/wasm-state.ts';
import { inPlaceOutputs } from './in-place.ts';
import { lowerGraph, outputName, prepareGraph } from './lower-graph.ts';

/** Loaded when first needed, so that commands which do not compute start at once. */
export function loadOrt(): typeof Ort {
  return createRequire(import.meta.url)('onnxruntime-node') as typeof Ort;
}

export const onnxruntimeExecutor: Executor = {
  id: 'onnxruntime',
  devices: async (): Promise<Device[]> => [
    {
      id: 'cpu',
      executor: 'onnxruntime',
      kind: 'cpu',
      precisions: ['float32'],
      name: os.cpus()[0]?.model.trim() ?? 'CPU',
      available: true,
      detail: `${computeThreads()} threads, ${Math.round(os.totalmem() / 2 ** 30)} GiB memory`,
    },
  ],
  supports: () => [],
  compile: async (module, options = {}) => OnnxRuntimeProgram.create(module, options),
};

/** One way into a module: a session and the tensors bound to it, or a single loop over the state. */
type Entry = SessionEntry | ElementwiseProgram;

interface SessionEntry {
  readonly graph: Graph;
  readonly session: Ort.InferenceSession;
  readonly feeds: readonly Node<'input'>[];
  readonly boundInputs: Record<string, Ort.Tensor>;
  readonly fetches: Record<string, Ort.Tensor | null>;
  readonly copies: readonly { readonly output: Output; readonly buffer: Float32Array }[];
}

class OnnxRuntimeProgram implements Program {
  readonly #ort: typeof Ort;
  readonly #state: StateStore<Float32Array>;
  readonly #entries: Map<string, Entry>;

  private constructor(
    ort: typeof Ort,
    state: StateStore<Float32Array>,
    entries: Map<string, Entry>,
  ) {
    this.#ort = ort;
    this.#state = state;
    this.#entries = entries;
  }

  static async create(module: Module, options: CompileOptions): Promise<OnnxRuntimeProgram> {
    verifyModule(module);
    const ort = loadOrt();
    const linear = WasmState.create(stateBytes(module));
    const state = new StateStore(module, (length) =>
      linear ? linear.allocate(length) : new Float32Array(length),
    );
    const entries = new Map<string, Entry>();
    for (const [name, source] of Object.entries(module.entries)) {
      const graph = prepareGraph(source);
      entries.set(
        name,
        linear && isElementwise(graph)
          ? compileElementwise(graph, linear, (array) => state.get(array))
          : await compileSession(ort, graph, state, options),
      );
    }
    return new OnnxRuntimeProgram(ort, state, entries);
  }

  async run(name: string, feeds: Feeds): Promise<Results> {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`no entry ${name}`);
    if (!('session' in entry)) {
      entry.run(feeds);
      return new Map();
    }
    const inputs: Record<string, Ort.Tensor> = { ...entry.boundInputs };
    for (const node of entry.feeds) {
      const key = node.attrs.name;
      const data = feeds[key] ?? missingFeed(entry.graph.name, key);
      if (data.length !== elementCount(node.shape))
        throw new StudioError(
          'feed-mismatch',
          `${key} needs [${node.shape.join(', ')}], given ${data.length} elements`,
        );
      inputs[key] = hostTensor(this.#ort, node, data);
    }
    const values = await entry.session.run(inputs, entry.fetches);
    for (const { output, buffer } of entry.copies) this.#state.get(output.name).set(buffer);
    const results = new Map<string, HostTensor>();
    for (const output of entry.graph.outputs) {
      if (output.role !== 'result') continue;
      const { data } = values[outputName(output)]!;
      results.set(output.name, {
        dtype: output.node.dtype,
        shape: output.node.shape,
        data: data as Float32Array,
      });
    }
    return results;
  }

  async readState(names?: readonly string[]): Promise<NamedTensors> {
    return this.#state.read(names);
  }

  async writeState(tensors: NamedTensors): Promise<void> {
    this.#state.write(tensors);
  }

  async dispose(): Promise<void> {
    for (const entry of this.#entries.values())
      if ('session' in entry) await entry.session.release();
    this.#entries.clear();
    this.#state.arrays.clear();
  }
}

/** At most what the state store allocates: packs save the padding of their members. */
function stateBytes(module: Module): number {
  return [...module.state.values()].reduce(
    (sum, { shape }) => sum + alignedBytes(elementCount(shape)),
    0,
  );
}

async function compileSession(
  ort: typeof Ort,
  graph: Graph,
  state: StateStore<Float32Array>,
  { threads }: CompileOptions,
): Promise<SessionEntry> {
  const model = encodeOnnxModel(lowerGraph(graph));
  const session = await createSession(ort, graph, model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads ?? computeThreads(),
    interOpNumThreads: 1,
    // Everything is emitted fused already; the optimiser would fold the explicit transposes back.
    graphOptimizationLevel: 'disabled',
    // A memory pattern keeps the whole step's peak alive between runs: a quarter more memory, no gain.
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const inputs = nodesOf(graph).filter((node) => node.op === 'input');
  const bind = (name: string, node: Node): Ort.Tensor => hostTensor(ort, node, state.get(name));
  const boundInputs: Record<string, Ort.Tensor> = {};
  for (const node of inputs)
    if (node.attrs.role === 'state') boundInputs[node.attrs.name] = bind(node.attrs.name, node);
  const safe = inPlaceOutputs(graph);
  const fetches: Record<string, Ort.Tensor | null> = {};
  const copies: { output: Output; buffer: Float32Array }[] = [];
  for (const output of graph.outputs) {
    const key = outputName(output);
    if (output.role === 'result') fetches[key] = null;
    else if (safe.has(output)) fetches[key] = bind(output.name, output.node);
    else {
      const buffer = new Float32Array(elementCount(output.node.shape));
      fetches[key] = hostTensor(ort, output.node, buffer);
      copies.push({ output, buffer });
    }
  }
  const feeds = inputs.filter((node) => node.attrs.role === 'feed');
  return { graph, session, feeds, boundInputs, fetches, copies };
}

async function createSession(
  ort: typeof Ort,
  graph: Graph,
  model: Uint8Array,
  options: Ort.InferenceSession.SessionOptions,
): Promise<Ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError(
      'compile-failed',
      `ONNX Runtime refused the graph ${graph.name}: ${why}`,
      {
        advice: 'Run conmim selftest; if it fails too, report its output.',
        details: { graph: printGraph(graph).slice(0, 4000) },
        cause,
      },
    );
  }
}

function hostTensor(
  ort: typeof Ort,
  node: Node,
  data: Float32Array | Int32Array | Uint8Array,
): Ort.Tensor {
  const dims = [...node.shape];
  if (node.dtype === 'f32') return new ort.Tensor('float32', data as Float32Array, dims);
  if (node.dtype === 'i32') return new ort.Tensor('int32', data as Int32Array, dims);
  return new ort.Tensor('bool', data as Uint8Array, dims);
}
