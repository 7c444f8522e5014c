/** TensorFlow.js itself: loading it with one of its backends, and what its failures mean. */
import { createRequire } from 'node:module';
import type * as Core from '@tensorflow/tfjs-core';
import { StudioError } from '../../contract/errors.ts';
import { computeThreads } from '../../platform/threads.ts';
import { deviceLost, deviceOutOfMemory } from '../device-errors.ts';

export type TensorFlow = typeof Core;
export type Tensor = Core.Tensor;
export type Tensor1D = Core.Tensor1D;
export type BackendName = 'cpu' | 'wasm' | 'tensorflow';

/** One device: the API that made its tensors and the backend that computes. */
export interface Runtime {
  readonly device: string;
  readonly backend: BackendName;
  readonly tf: TensorFlow;
}

interface Source {
  readonly backend: BackendName;
  /** the first one is the API, the others bring backends */
  readonly packages: readonly [string, ...string[]];
}

const CORE = '@tensorflow/tfjs-core';

/** By the kind of device. The native packages bring their own copy of the API. */
const SOURCES: Readonly<Record<string, Source>> = {
  'tfjs-gpu': { backend: 'tensorflow', packages: ['@tensorflow/tfjs-node-gpu'] },
  'tfjs-node': { backend: 'tensorflow', packages: ['@tensorflow/tfjs-node'] },
  'tfjs-wasm': { backend: 'wasm', packages: [CORE, '@tensorflow/tfjs-backend-wasm'] },
  'tfjs-cpu': { backend: 'cpu', packages: [CORE, '@tensorflow/tfjs-backend-cpu'] },
};

/** The native device that this process has loaded: both packages have one name for their backend. */
let native: string | undefined;

/**
 * Loaded when first needed, so that commands which do not compute start at once.
 *
 * @param device a device id of this executor, as `tfjs-wasm` or `tfjs-gpu:1`
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
    // Without it a page of advertisement is printed at the first op.
    tf.enableProdMode();
    const runtime = { device, backend, tf };
    const { isUsingGpuDevice } = await onBackend(runtime, () => tf.backend() as NativeBackend);
    if (kind === 'tfjs-gpu' && !isUsingGpuDevice)
      throw new Error('TensorFlow found no graphics card that it can use');
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
 * Does the work on the runtime's backend, without pause. There is one backend at a time in a process, and
 * starting one takes a while, so everybody waits for their turn.
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

/** What TensorFlow reads from the environment once, when it is loaded. */
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
  // Else it takes all memory of the card, whatever it needs.
  env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  const [kind, index = '0'] = device.split(':');
  if (kind !== 'tfjs-gpu') return;
  // The order of nvidia-smi, by which the devices are numbered.
  env['CUDA_DEVICE_ORDER'] ??= 'PCI_BUS_ID';
  env['CUDA_VISIBLE_DEVICES'] ??= index;
}

/**
 * tfjs-node 4.22 calls two functions of Node's that warn since Node 22 and are gone since 23; the version
 * that does without (tensorflow/tfjs, pull request 8425) was never released.
 */
function restoreUtilities(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  util['isArray'] = Array.isArray;
}

/** What TensorFlow, CUDA and JavaScript's and WebAssembly's memories say when there is no more. */
const OUT_OF_MEMORY =
  /\bOOM\b|out of memory|RESOURCE_EXHAUSTED|failed to allocate|Dst tensor is not initialized|OUT_OF_MEMORY|bad_alloc|allocation failed|Cannot enlarge memory|memory access out of bounds|Invalid typed array length/i;
const LOST =
  /CUDA_ERROR_(?:ILLEGAL_ADDRESS|LAUNCH_FAILED|LAUNCH_TIMEOUT|UNKNOWN|ECC_UNCORRECTABLE|DEVICE_UNAVAILABLE)|GPU has fallen off|device is lost/i;

/** The error as one of the device, or undefined when it is another. */
export function deviceTrouble(device: string, cause: unknown): StudioError | undefined {
  const text = cause instanceof Error ? cause.message : String(cause);
  // TensorFlow's first line is a number.
  const said = /^Message: (.+)$/m.exec(text)?.[1] ?? cause;
  if (LOST.test(text)) return deviceLost(device, said);
  if (OUT_OF_MEMORY.test(text)) return deviceOutOfMemory(device, said);
  return undefined;
}
