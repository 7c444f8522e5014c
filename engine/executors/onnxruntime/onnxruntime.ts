/** The default executor: graphs are emitted as ONNX and run by ONNX Runtime on the CPU or a GPU. */
import type { Entries, Graph, Module } from '../../ir/types.ts';
import { verifyModule } from '../../ir/verify.ts';
import type { CompileOptions, Executor, Program, UntypedProgram } from '../executor.ts';
import { memoryNeed } from '../memory-need.ts';
import { ORT_DEVICES } from './devices.ts';
import { HostStateProgram } from './host-program.ts';
import { prepareOnnxGraph } from './lower-graph.ts';
import { ORT_TRAITS, providerOf } from './providers.ts';
import { ResidentProgram } from './resident-program.ts';

export const onnxruntimeExecutor: Executor = {
  id: 'onnxruntime',
  library: 'onnxruntime-node',
  kinds: ORT_TRAITS,
  devices: ORT_DEVICES,
  supports: () => [],
  plan: (module, entry, { device = 'cpu', precision } = {}) => {
    const provider = providerOf(device);
    const prepare = (graph: Graph) => prepareOnnxGraph(graph, provider, precision);
    // Results of a graphics card cannot overwrite the state, which lies in host memory.
    const keepsStates = provider.traits.computesOn !== 'processor';
    return memoryNeed(module, entry, prepare, { overwrites: true, keepsStates });
  },
  compile: async <E extends Entries>(module: Module<E>, options: CompileOptions = {}) => {
    verifyModule(module);
    const provider = providerOf(options.device ?? 'cpu');
    const { create } = provider.state === 'device' ? ResidentProgram : HostStateProgram;
    const program: UntypedProgram = await create(module, provider, options);
    return program as Program<E>;
  },
};
