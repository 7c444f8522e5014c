/** What of ONNX Runtime's execution providers the executor has to know. */
import type * as Ort from 'onnxruntime-node';
import type { DeviceTraits } from '../executor.ts';
import { LOWERINGS, type Lowerings } from './lowerings.ts';
import { WEBGPU_LOWERINGS } from './webgpu-lowerings.ts';

/**
 * WebGPU's kernels add up in float16, where 1,024 terms come out 0.5 % off and one more is lost in 2,048
 * ones. Longer products, the gradients of weights among them, stay float32, and so they do on CUDA.
 */
const LONGEST_HALF_SUM = 1024;

/** By kind of device. */
export const TRAITS = {
  cuda: {
    computesOn: 'card',
    longestHalfSum: LONGEST_HALF_SUM,
    route: 'through CUDA, NVIDIA’s own way',
  },
  directml: { computesOn: 'card', route: 'through DirectML, a part of Windows' },
  webgpu: {
    computesOn: 'card',
    longestHalfSum: LONGEST_HALF_SUM,
    route: 'through WebGPU, which works with every maker’s cards',
  },
  cpu: { computesOn: 'processor' },
} as const satisfies Record<string, DeviceTraits>;

type Kind = keyof typeof TRAITS;

/** One device of one provider. */
export interface Provider {
  /** the device's id */
  readonly device: string;
  readonly traits: DeviceTraits;
  readonly option: Ort.InferenceSession.ExecutionProviderConfig;
  /** ONNX Runtime's own settings, by the parts of their names */
  readonly extra: Record<string, unknown>;
  readonly lowerings: Lowerings;
  /** `device` where tensors of this provider can outlive a run; through this binding only WebGPU's can */
  readonly state: 'host' | 'device';
}

const PROVIDERS: {
  readonly [K in Kind]: (deviceId: number) => Omit<Provider, 'device' | 'traits'>;
} = {
  cpu: () => ({ option: 'cpu', extra: {}, lowerings: LOWERINGS, state: 'host' }),
  webgpu: () => ({
    // Equal shapes at every step: exact sizes are found again, powers of two would waste memory.
    option: { name: 'webgpu', storageBufferCacheMode: 'simple' },
    // An op that went to the processor would copy its operands there and back at every step.
    extra: { session: { disable_cpu_ep_fallback: '1' } },
    lowerings: WEBGPU_LOWERINGS,
    state: 'device',
  }),
  cuda: (deviceId) => {
    // Tensor cores would round float32 to ten bits, and this binding has no option against it.
    process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
    const option = { name: 'cuda', deviceId };
    return { option, extra: {}, lowerings: LOWERINGS, state: 'host' };
  },
  directml: (deviceId) => {
    const option = { name: 'dml', deviceId };
    return { option, extra: {}, lowerings: LOWERINGS, state: 'host' };
  },
};

/** @param device a device id of this executor, as `cpu` or `cuda:1` */
export function providerOf(device: string): Provider {
  const [kind = '', index = '0'] = device.split(':');
  if (!Object.hasOwn(TRAITS, kind)) throw new Error(`ONNX Runtime has no device ${device}`);
  return { device, traits: TRAITS[kind as Kind], ...PROVIDERS[kind as Kind](Number(index)) };
}
