/** The default executor: graphs emitted as ONNX, run by ONNX Runtime on the CPU or a graphics card. */
import type { Graph } from '../../ir/types.ts';
import { verifyModule } from '../../ir/verify.ts';
import type { Executor } from '../executor.ts';
import { memoryNeed } from '../memory-need.ts';
import { DEVICES, listDevices } from './devices.ts';
import { HostStateProgram } from './host-program.ts';
import { prepareGraph } from './lower-graph.ts';
import { providerOf } from './providers.ts';
import { ResidentProgram } from './resident-program.ts';

export const onnxruntimeExecutor: Executor = {
  id: 'onnxruntime',
  kinds: Object.keys(DEVICES),
  devices: listDevices,
  supports: () => [],
  plan: (module, entry, { device = 'cpu', precision } = {}) => {
    const { lowerings, memory } = providerOf(device);
    const prepare = (graph: Graph) => prepareGraph(graph, lowerings, precision);
    return memoryNeed(module, entry, prepare, memory === 'machine');
  },
  compile: async (module, options = {}) => {
    verifyModule(module);
    const provider = providerOf(options.device ?? 'cpu');
    return provider.state === 'device'
      ? ResidentProgram.create(module, provider, options)
      : HostStateProgram.create(module, provider, options);
  },
};
