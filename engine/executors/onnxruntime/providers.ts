/** Traits and options of ONNX Runtime's execution providers. */
import type * as Ort from 'onnxruntime-node';
import type { DeviceTraits } from '../executor.ts';
import { ONNX_LOWERINGS, type OnnxLowerings } from './lowerings.ts';
import { WEBGPU_LOWERINGS } from './webgpu-lowerings.ts';

/**
 * WebGPU's kernels accumulate in float16: sums of 1,024 terms are 0.5 % off, and of 2,048 ones
 * single terms are lost. Longer products, such as the gradients of weights, stay float32, on CUDA
 * too.
 */
const LONGEST_HALF_SUM = 1024;

/** By kind of device. */
export const ORT_TRAITS = {
  cuda: {
    computesOn: 'card',
    longestHalfSum: LONGEST_HALF_SUM,
    route: 'through CUDA, NVIDIA’s own way',
  },
  directml: { computesOn: 'card', route: 'through DirectML, a part of Windows' },
  webgpu: {
    computesOn: 'card',
    longestHalfSum: LONGEST_HALF_SUM,
    route: 'through WebGPU, which works with GPUs of every maker',
  },
  cpu: { computesOn: 'processor' },
} as const satisfies Record<string, DeviceTraits>;

type Kind = keyof typeof ORT_TRAITS;

export interface Provider {
  readonly device: string;
  readonly traits: DeviceTraits;
  readonly option: Ort.InferenceSession.ExecutionProviderConfig;
  /** ONNX Runtime's own settings, by the parts of their names */
  readonly extra: Record<string, unknown>;
  readonly lowerings: OnnxLowerings;
  /** `device` where tensors outlive a run, which in this binding holds for WebGPU alone */
  readonly state: 'host' | 'device';
}

const PROVIDERS: {
  readonly [K in Kind]: (deviceId: number) => Omit<Provider, 'device' | 'traits'>;
} = {
  cpu: () => ({ option: 'cpu', extra: {}, lowerings: ONNX_LOWERINGS, state: 'host' }),
  webgpu: () => ({
    // Shapes are equal at every step, so buffers are reused by exact size; rounding sizes up would
    // waste memory.
    option: { name: 'webgpu', storageBufferCacheMode: 'simple' },
    // Ops on the CPU would copy their operands back and forth at every step, so they are not
    // allowed.
    extra: { session: { disable_cpu_ep_fallback: '1' } },
    lowerings: WEBGPU_LOWERINGS,
    state: 'device',
  }),
  cuda: (deviceId) => {
    // Tensor cores would round float32 to ten bits; this binding has no option against that.
    process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
    const option = { name: 'cuda', deviceId };
    return { option, extra: {}, lowerings: ONNX_LOWERINGS, state: 'host' };
  },
  directml: (deviceId) => {
    const option = { name: 'dml', deviceId };
    return { option, extra: {}, lowerings: ONNX_LOWERINGS, state: 'host' };
  },
};

/** @param device a device id of this executor, as `cpu` or `cuda:1` */
export function providerOf(device: string): Provider {
  const [kind = '', index = '0'] = device.split(':');
  if (!Object.hasOwn(ORT_TRAITS, kind)) throw new Error(`ONNX Runtime has no device ${device}`);
  return { device, traits: ORT_TRAITS[kind as Kind], ...PROVIDERS[kind as Kind](Number(index)) };
}
