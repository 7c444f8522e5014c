/** Loading of ONNX Runtime, its sessions and tensors, and the classification of its errors. */
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Ort from 'onnxruntime-node';
import { StudioError } from '../../contract/errors.ts';
import { encodeOnnxModel } from '../../formats/onnx/model.ts';
import { printGraph } from '../../ir/print.ts';
import type { Graph, Node, Shape } from '../../ir/types.ts';
import { ensureTelemetryOff } from '../../platform/quiet-environment.ts';
import { computeThreads } from '../../platform/threads.ts';
import { deviceLost, deviceOutOfMemory } from '../device-errors.ts';
import type { FeedData, Feeds, Result } from '../executor.ts';
import { feedOf, resultOf } from '../feeds.ts';
import { lowerGraph, outputName } from './lower-graph.ts';
import { freeOutputCopies, type OrtBinding } from './output-copies.ts';
import type { Provider } from './providers.ts';

export type { Ort };

let loaded: typeof Ort | undefined;

/**
 * Load ONNX Runtime on first use, so that other commands start faster. No other module loads it
 * (`build/check-imports.ts`), so its telemetry is always off.
 *
 * @throws StudioError `telemetry-not-off` in a worker thread
 */
export function loadOrt(): typeof Ort {
  if (loaded === undefined) {
    ensureTelemetryOff();
    const require = createRequire(import.meta.url);
    loaded = require('onnxruntime-node') as typeof Ort;
    const { binding } = require('onnxruntime-node/dist/binding.js') as { binding: OrtBinding };
    freeOutputCopies(binding);
    // Errors are also thrown, so they need no log.
    loaded.env.logLevel = 'fatal';
  }
  return loaded;
}

/** @param graph as `prepareGraph` returns it for the provider's lowerings */
export async function createSession(
  graph: Graph,
  provider: Provider,
  options: Ort.InferenceSession.SessionOptions,
): Promise<Ort.InferenceSession> {
  const model = encodeOnnxModel(lowerGraph(graph, provider.lowerings));
  try {
    return await loadOrt().InferenceSession.create(model, {
      executionProviders: [provider.option],
      intraOpNumThreads: computeThreads(),
      interOpNumThreads: 1,
      // The emitted graphs are fused already; the optimiser would undo the explicit transposes.
      graphOptimizationLevel: 'disabled',
      // A memory pattern would keep the peak of a step allocated between runs: a quarter more
      // memory without gain.
      enableMemPattern: false,
      logSeverityLevel: 4,
      ...profiling(graph),
      ...options,
      extra: provider.extra,
    });
  } catch (cause) {
    throw ortDeviceError(provider.device, cause) ?? refused(graph, cause);
  }
}

/** For profiling, ONNX Runtime writes a file per session when it is closed. */
function profiling({ name }: Graph): Ort.InferenceSession.SessionOptions {
  const folder = process.env['CONMIM_PROFILE'];
  if (folder === undefined) return {};
  return { enableProfiling: true, profileFilePrefix: path.join(folder, name) };
}

/** @throws StudioError `device-lost` or `device-out-of-memory` if that is the cause */
export async function runSession(
  session: Ort.InferenceSession,
  device: string,
  feeds: Readonly<Record<string, Ort.Tensor>>,
  fetches?: Readonly<Record<string, Ort.Tensor | null>>,
): Promise<Ort.InferenceSession.OnnxValueMapType> {
  try {
    return await (fetches ? session.run(feeds, fetches) : session.run(feeds));
  } catch (cause) {
    throw ortDeviceError(device, cause) ?? cause;
  }
}

/**
 * Messages of ONNX Runtime, Dawn, CUDA and Direct3D when memory runs out or the device is lost.
 * Dawn reports a buffer that could not be allocated as invalid on its first use, and a tensor that
 * spans too many buffers as too large.
 */
const OUT_OF_MEMORY =
  /out of memory|\[Invalid Buffer [^\]]*\] is invalid due to a previous error|Too many storage buffers|OutOfMemory|E_OUTOFMEMORY|OUT_OF_DEVICE_MEMORY|OUT_OF_HOST_MEMORY|failed to allocate|bad_alloc|CUDA failure 2\b|CUBLAS_STATUS_ALLOC_FAILED|exceeds? the max buffer size|larger than the max/i;
const LOST =
  /device (?:is |was )?lost|DeviceLost|DEVICE_LOST|DEVICE_REMOVED|DEVICE_HUNG|DEVICE_RESET|GPU has been (?:suspended|removed)|CUDA failure (?:4|46|700|719|999)\b/i;

export function ortDeviceError(device: string, cause: unknown): StudioError | undefined {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (LOST.test(text)) return deviceLost(device, cause);
  if (OUT_OF_MEMORY.test(text)) return deviceOutOfMemory(device, cause);
  return undefined;
}

function refused(graph: Graph, cause: unknown): StudioError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StudioError('compile-failed', `ONNX Runtime refused the graph ${graph.name}: ${why}`, {
    advice: 'Run conmim selftest; if it fails too, report its output.',
    details: { graph: printGraph(graph).slice(0, 4000) },
    cause,
  });
}

/** @throws StudioError `feed-missing` or `feed-mismatch` */
export function feedTensor(graph: Graph, node: Node<'input'>, feeds: Feeds): Ort.Tensor {
  return ortTensor(feedOf(graph, node, feeds), node.shape);
}

export function resultsOf(
  graph: Graph,
  values: Ort.InferenceSession.OnnxValueMapType,
): Map<string, Result> {
  const results = new Map<string, Result>();
  for (const output of graph.outputs) {
    if (output.role !== 'result') continue;
    const { data } = values[outputName(output)]!;
    results.set(output.name, resultOf(output.node, data as FeedData));
  }
  return results;
}

/** The tensor shares the memory of `data`. */
export function ortTensor(data: FeedData, shape: Shape): Ort.Tensor {
  const { Tensor } = loadOrt();
  if (data instanceof Float32Array) return new Tensor('float32', data, shape);
  if (data instanceof Int32Array) return new Tensor('int32', data, shape);
  return new Tensor('bool', data, shape);
}
