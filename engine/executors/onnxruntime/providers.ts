/** What of ONNX Runtime's execution providers the executor has to know. */
import type * as Ort from 'onnxruntime-node';
import { LOWERINGS, type Lowerings } from './lowerings.ts';
import { WEBGPU_LOWERINGS } from './webgpu-lowerings.ts';

/** One device of one provider. */
export interface Provider {
  /** the device's id */
  readonly device: string;
  readonly option: Ort.InferenceSession.ExecutionProviderConfig;
  /** ONNX Runtime's own settings, by the parts of their names */
  readonly extra: Record<string, unknown>;
  readonly lowerings: Lowerings;
  /** `device` where tensors of this provider can outlive a run; through this binding only WebGPU's can */
  readonly state: 'host' | 'device';
  /** what its kernels compute in; a card's results do not lie where the state is kept */
  readonly memory: 'machine' | 'card';
}

const PROVIDERS: Readonly<Record<string, (device: string, index: number) => Provider>> = {
  cpu: (device) => ({
    device,
    option: 'cpu',
    extra: {},
    lowerings: LOWERINGS,
    state: 'host',
    memory: 'machine',
  }),
  webgpu: (device) => ({
    device,
    // Equal shapes at every step: exact sizes are found again, powers of two would waste memory.
    option: { name: 'webgpu', storageBufferCacheMode: 'simple' },
    // An op that went to the processor would copy its operands there and back at every step.
    extra: { session: { disable_cpu_ep_fallback: '1' } },
    lowerings: WEBGPU_LOWERINGS,
    state: 'device',
    memory: 'card',
  }),
  cuda: (device, deviceId) => {
    // Tensor cores would round float32 to ten bits, and this binding has no option against it.
    process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
    return {
      device,
      option: { name: 'cuda', deviceId },
      extra: {},
      lowerings: LOWERINGS,
      state: 'host',
      memory: 'card',
    };
  },
  directml: (device, deviceId) => ({
    device,
    option: { name: 'dml', deviceId },
    extra: {},
    lowerings: LOWERINGS,
    state: 'host',
    memory: 'card',
  }),
};

/** @param device a device id of this executor, as `cpu` or `cuda:1` */
export function providerOf(device: string): Provider {
  const [kind = '', index = '0'] = device.split(':');
  const provider = PROVIDERS[kind];
  if (!provider) throw new Error(`ONNX Runtime has no device ${device}`);
  return provider(device, Number(index));
}
