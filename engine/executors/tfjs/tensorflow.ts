/** Loading of TensorFlow.js with one of its backends, and the classification of its errors. */
import { createRequire } from 'node:module';
import type * as Core from '@tensorflow/tfjs-core';
import { StudioError } from '../../contract/errors.ts';
import { computeThreads } from '../../platform/threads.ts';
import { deviceLost, deviceOutOfMemory } from '../device-errors.ts';

export type TensorFlow = typeof Core;
export type Tensor = Core.Tensor;
export type Tensor1D = Core.Tensor1D;
export type BackendName = 'cpu' | 'wasm' | 'tensorflow';

/** One device: the API of its tensors and the backend that computes. */
export interface Runtime {
  readonly device: string;
  readonly backend: BackendName;
  readonly tf: TensorFlow;
}

interface Source {
  readonly backend: BackendName;
  /** the first is the API, the others add backends */
  readonly packages: readonly [string, ...string[]];
}

const CORE = '@tensorflow/tfjs-core';

/** By kind of device. The native packages include the API. */
const SOURCES: Readonly<Record<string, Source>> = {
  'tfjs-gpu': { backend: 'tensorflow', packages: ['@tensorflow/tfjs-node-gpu'] },
  'tfjs-node': { backend: 'tensorflow', packages: ['@tensorflow/tfjs-node'] },
  'tfjs-wasm': { backend: 'wasm', packages: [CORE, '@tensorflow/tfjs-backend-wasm'] },
  'tfjs-cpu': { backend: 'cpu', packages: [CORE, '@tensorflow/tfjs-backend-cpu'] },
};

/** The native device that this process has loaded; both native packages have one backend name. */
let native: string | undefined;

/**
 * Load TensorFlow.js on first use, so that other commands start faster.
 *
 * @param device a device id of this executor, such as `tfjs-wasm` or `tfjs-gpu:1`
 * @throws StudioError `device-unavailable`
 */
export async function openTensorFlow(device: string, threads?: number): Promise<Runtime> {
  const [kind = ''] = device.split(':');
  const source = SOURCES[kind];
  if (!source) throw new Error(`TensorFlow.js has no device ${device}`);
  const { backend, packages } = source;
  if (backend === 'tensorflow') prepareNative(device, threads);
  try {
    const [tf] = packages.map((name) => createRequire(import.meta.url)(name)) as [TensorFlow];
    // In other modes an advertisement is printed at the first op.
    tf.enableProdMode();
    const runtime = { device, backend, tf };
    const { isUsingGpuDevice } = await onBackend(runtime, () => tf.backend() as NativeBackend);
    if (kind === 'tfjs-gpu' && !isUsingGpuDevice)
      throw new Error('TensorFlow found no GPU that it can use');
    return runtime;
  } catch (cause) {
    const why = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];
    throw new StudioError('device-unavailable', `The device ${device} cannot be used: ${why}`, {
      advice: 'Choose another with --device, or see: conmim devices',
      details: { device },
      cause,
    });
  }
}

let queue: Promise<unknown> = Promise.resolve();

/**
 * Run `work` on the runtime's backend, without interruption. A process has one active backend, and
 * switching takes time, so calls are queued.
 */
export function onBackend<T>({ tf, backend }: Runtime, work: () => T): Promise<T> {
  const turn = queue.then(async () => {
    const ready = tf.getBackend() === backend || (await tf.setBackend(backend));
    if (!ready) throw new Error(`its backend ${backend} does not start`);
    return work();
  });
  queue = turn.catch(() => undefined);
  return turn;
}

interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
}

/** Set the environment variables that TensorFlow reads when it is loaded. */
function prepareNative(device: string, threads = computeThreads()): void {
  if (native !== undefined && native !== device)
    throw new StudioError(
      'device-unavailable',
      `The device ${device} cannot be used in a process that uses ${native}`,
      { advice: 'TensorFlow computes on one device of a process: use them one after the other.' },
    );
  native = device;
  restoreUtilities();
  const { env } = process;
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
  // Otherwise it allocates all memory of the card.
  env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  const [kind, index = '0'] = device.split(':');
  if (kind !== 'tfjs-gpu') return;
  // This is the order of nvidia-smi, by which devices are numbered.
  env['CUDA_DEVICE_ORDER'] ??= 'PCI_BUS_ID';
  env['CUDA_VISIBLE_DEVICES'] ??= index;
}

/**
 * tfjs-node 4.22 calls two functions of Node that warn since Node 22 and are gone since 23; a
 * version without them (tensorflow/tfjs, pull request 8425) was never released.
 */
function restoreUtilities(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  util['isArray'] = Array.isArray;
}

/** Messages of TensorFlow, CUDA, JavaScript and WebAssembly when memory runs out. */
const OUT_OF_MEMORY =
  /\bOOM\b|out of memory|RESOURCE_EXHAUSTED|failed to allocate|Dst tensor is not initialized|OUT_OF_MEMORY|bad_alloc|allocation failed|Cannot enlarge memory|memory access out of bounds|Invalid typed array length/i;
const LOST =
  /CUDA_ERROR_(?:ILLEGAL_ADDRESS|LAUNCH_FAILED|LAUNCH_TIMEOUT|UNKNOWN|ECC_UNCORRECTABLE|DEVICE_UNAVAILABLE)|GPU has fallen off|device is lost/i;

export function tfjsDeviceError(device: string, cause: unknown): StudioError | undefined {
  const text = cause instanceof Error ? cause.message : String(cause);
  // The first line of TensorFlow's message is a number.
  const said = /^Message: (.+)$/m.exec(text)?.[1] ?? cause;
  if (LOST.test(text)) return deviceLost(device, said);
  if (OUT_OF_MEMORY.test(text)) return deviceOutOfMemory(device, said);
  return undefined;
}
