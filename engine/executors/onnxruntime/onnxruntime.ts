/** The default executor: graphs emitted as ONNX, run by ONNX Runtime on the CPU or a graphics card. */
import { verifyModule } from '../../ir/verify.ts';
import type { Executor } from '../executor.ts';
import { DEVICES, listDevices } from './devices.ts';
import { HostStateProgram } from './host-program.ts';
import { providerOf } from './providers.ts';
import { ResidentProgram } from './resident-program.ts';

export const onnxruntimeExecutor: Executor = {
  id: 'onnxruntime',
  kinds: Object.keys(DEVICES),
  devices: listDevices,
  supports: () => [],
  compile: async (module, options = {}) => {
    verifyModule(module);
    const provider = providerOf(options.device ?? 'cpu');
    return provider.state === 'device'
      ? ResidentProgram.create(module, provider, options)
      : HostStateProgram.create(module, provider, options);
  },
};
