/** The default executor: graphs emitted as ONNX, run by ONNX Runtime on the CPU or a graphics card. */
import type { Graph } from '../../ir/types.ts';
import { verifyModule } from '../../ir/verify.ts';
import type { Executor } from '../executor.ts';
import { memoryNeed } from '../memory-need.ts';
import { listDevices } from './devices.ts';
import { HostStateProgram } from './host-program.ts';
import { prepareGraph } from './lower-graph.ts';
import { providerOf, TRAITS } from './providers.ts';
import { ResidentProgram } from './resident-program.ts';

export const onnxruntimeExecutor: Executor = {
  id: 'onnxruntime',
  kinds: TRAITS,
  devices: listDevices,
  supports: () => [],
  plan: (module, entry, { device = 'cpu', precision } = {}) => {
    const provider = providerOf(device);
    const prepare = (graph: Graph) => prepareGraph(graph, provider, precision);
    // What a card computes does not lie where the state is kept.
    return memoryNeed(module, entry, prepare, provider.traits.computesOn === 'processor');
  },
  compile: async (module, options = {}) => {
    verifyModule(module);
    const provider = providerOf(options.device ?? 'cpu');
    return provider.state === 'device'
      ? ResidentProgram.create(module, provider, options)
      : HostStateProgram.create(module, provider, options);
  },
};
