/**
 * oneDNN's C interface, called through koffi: an engine and a stream of the CPU, and the functions that
 * make and run primitives.
 */
import {
  type Koffi,
  type LibraryHandle,
  loadKoffi,
  type Pointer,
} from '../../platform/native-library.ts';
import { setOpenMpEnvironment } from '../../platform/openmp-environment.ts';
import { CPU_ENGINE, IN_ORDER, RUNTIME, STATUS } from './constants.ts';

/** Functions that return a status; the first parameter of those that make something is its place. */
const MAKERS = {
  engine: 'dnnl_engine_create(_Out_ void **made, int kind, size_t index)',
  stream: 'dnnl_stream_create(_Out_ void **made, void *engine, uint32_t flags)',
  memoryDesc:
    'dnnl_memory_desc_create_with_strides(_Out_ void **made, int rank, void *dims, int type, void *strides)',
  memory: 'dnnl_memory_create(_Out_ void **made, void *desc, void *engine, void *data)',
  primitive: 'dnnl_primitive_create(_Out_ void **made, void *desc)',
  attributes: 'dnnl_primitive_attr_create(_Out_ void **made)',
  postOps: 'dnnl_post_ops_create(_Out_ void **made)',
  matmul:
    'dnnl_matmul_primitive_desc_create(_Out_ void **made, void *engine, void *src, void *weights, void *bias, void *dst, void *attr)',
  binary:
    'dnnl_binary_primitive_desc_create(_Out_ void **made, void *engine, int op, void *src0, void *src1, void *dst, void *attr)',
  eltwise:
    'dnnl_eltwise_forward_primitive_desc_create(_Out_ void **made, void *engine, int prop, int op, void *src, void *dst, float alpha, float beta, void *attr)',
  eltwiseBackward:
    'dnnl_eltwise_backward_primitive_desc_create(_Out_ void **made, void *engine, int op, void *diff_src, void *diff_dst, void *src, float alpha, float beta, void *hint, void *attr)',
  layerNorm:
    'dnnl_layer_normalization_forward_primitive_desc_create(_Out_ void **made, void *engine, int prop, void *src, void *dst, void *stat, float eps, uint32_t flags, void *attr)',
  layerNormBackward:
    'dnnl_layer_normalization_backward_primitive_desc_create(_Out_ void **made, void *engine, int prop, void *diff_src, void *diff_dst, void *src, void *stat, float eps, uint32_t flags, void *hint, void *attr)',
  batchNorm:
    'dnnl_batch_normalization_forward_primitive_desc_create(_Out_ void **made, void *engine, int prop, void *src, void *dst, float eps, uint32_t flags, void *attr)',
  batchNormBackward:
    'dnnl_batch_normalization_backward_primitive_desc_create(_Out_ void **made, void *engine, int prop, void *diff_src, void *diff_dst, void *src, float eps, uint32_t flags, void *hint, void *attr)',
  softmax:
    'dnnl_softmax_forward_primitive_desc_create(_Out_ void **made, void *engine, int prop, int op, void *src, void *dst, int axis, void *attr)',
  softmaxBackward:
    'dnnl_softmax_backward_primitive_desc_create(_Out_ void **made, void *engine, int op, void *diff_src, void *diff_dst, void *dst, int axis, void *hint, void *attr)',
  reduction:
    'dnnl_reduction_primitive_desc_create(_Out_ void **made, void *engine, int op, void *src, void *dst, float p, float eps, void *attr)',
  reorder:
    'dnnl_reorder_primitive_desc_create(_Out_ void **made, void *src, void *src_engine, void *dst, void *dst_engine, void *attr)',
} as const;

const ACTIONS = {
  execute: 'dnnl_primitive_execute(void *primitive, void *stream, int count, void *args)',
  setPostOps: 'dnnl_primitive_attr_set_post_ops(void *attr, void *post_ops)',
  appendEltwise: 'dnnl_post_ops_append_eltwise(void *post_ops, int op, float alpha, float beta)',
  appendBinary: 'dnnl_post_ops_append_binary(void *post_ops, int op, void *src1)',
  nextImplementation: 'dnnl_primitive_desc_next_impl(void *desc)',
  destroyMemory: 'dnnl_memory_destroy(void *it)',
  destroyMemoryDesc: 'dnnl_memory_desc_destroy(void *it)',
  destroyPrimitive: 'dnnl_primitive_destroy(void *it)',
  destroyDesc: 'dnnl_primitive_desc_destroy(void *it)',
  destroyAttributes: 'dnnl_primitive_attr_destroy(void *it)',
  destroyPostOps: 'dnnl_post_ops_destroy(void *it)',
} as const;

export type MakerName = keyof typeof MAKERS;
export type ActionName = keyof typeof ACTIONS;
type NativeCall = (...args: unknown[]) => number;

/** What of it is the same for all libraries of a version. */
export interface LibraryFacts {
  readonly version: readonly [major: number, minor: number, patch: number];
  /** one of `RUNTIME`; others are of no use here */
  readonly runtime: number;
  /** bits of the instruction set that it uses on this machine; 0 where it does not say */
  readonly instructionSet: number;
}

export class StatusError extends Error {
  readonly status: number;

  constructor(what: string, status: number) {
    super(`${what}: ${STATUS[status] ?? `status ${status}`}`);
    this.status = status;
  }
}

export class Native {
  readonly facts: LibraryFacts;
  readonly engine: Pointer;
  readonly stream: Pointer;
  /** the name or file of the OpenMP that the library computes with; undefined where there is none */
  readonly openMp: string | undefined;
  readonly #koffi: Koffi;
  readonly #makers = {} as Record<MakerName, NativeCall>;
  readonly #actions = {} as Record<ActionName, NativeCall>;
  readonly #query: NativeCall;
  readonly #setThreads: ((count: number) => void) | undefined;
  #threads = 0;

  /**
   * @param file of the library; a bare name is looked for by the system's loader
   * @param openMp the OpenMP that the library computes with: its name, then files where the system has none
   * @throws Error of the loader
   */
  constructor(file: string, openMp: readonly string[]) {
    setOpenMpEnvironment();
    const koffi = loadKoffi();
    this.#koffi = koffi;
    // The library finds it by its name when it is loaded already.
    const [loaded, threads] = loadFirst(koffi, openMp);
    this.openMp = loaded;
    const library = koffi.load(file);
    for (const [name, prototype] of Object.entries(MAKERS))
      this.#makers[name as MakerName] = library.func(`int ${prototype}`) as NativeCall;
    for (const [name, prototype] of Object.entries(ACTIONS))
      this.#actions[name as ActionName] = library.func(`int ${prototype}`) as NativeCall;
    this.#query = library.func(
      'int dnnl_primitive_desc_query(void *desc, int what, int index, _Out_ void **out)',
    ) as NativeCall;
    this.facts = readFacts(koffi, library);
    this.#setThreads = threads?.func('void omp_set_num_threads(int)');
    this.engine = this.make('engine', CPU_ENGINE, 0);
    this.stream = this.make('stream', this.engine, IN_ORDER);
  }

  /** @throws StatusError */
  make(maker: MakerName, ...args: unknown[]): Pointer {
    const made: [Pointer | null] = [null];
    const status = this.#makers[maker](made, ...args);
    if (status !== 0) throw new StatusError(maker, status);
    return made[0]!;
  }

  /** @throws StatusError */
  act(action: ActionName, ...args: unknown[]): void {
    const status = this.#actions[action](...args);
    if (status !== 0) throw new StatusError(action, status);
  }

  /** @param args pairs of an argument's number and a memory @returns the status */
  execute(primitive: Pointer, args: BigUint64Array): number {
    return this.#actions.execute(primitive, this.stream, args.length / 2, args);
  }

  /** Turn a description to the library's next implementation of it. @returns whether there was one */
  hasNext(desc: Pointer): boolean {
    return this.#actions.nextImplementation(desc) === 0;
  }

  /** A text of a primitive's description. */
  query(desc: Pointer, what: number): string {
    const out: [Pointer | null] = [null];
    const status = this.#query(desc, what, 0, out);
    if (status !== 0) throw new StatusError('query', status);
    return this.#koffi.decode(out[0], 'char', -1) as string;
  }

  /** Where the memory of a buffer lies; it stays there as long as the buffer is used. */
  addressOf(buffer: ArrayBuffer | ArrayBufferView): Pointer {
    return this.#koffi.address(buffer);
  }

  /** Whether memory may be shared with other threads of JavaScript. */
  takesShared(): boolean {
    try {
      return this.addressOf(new Uint8Array(new SharedArrayBuffer(8))) > 0n;
    } catch {
      return false;
    }
  }

  /** Set the threads of primitives that are made and run from now on. */
  setThreads(count: number): void {
    if (count === this.#threads) return;
    this.#threads = count;
    this.#setThreads?.(count);
  }
}

function loadFirst(
  koffi: Koffi,
  files: readonly string[],
): readonly [file: string, library: LibraryHandle] | readonly [] {
  for (const file of files)
    try {
      return [file, koffi.load(file, { global: true })];
    } catch {
      // The next one is tried; without any the number of threads is the library's.
    }
  return [];
}

function readFacts(koffi: Koffi, library: LibraryHandle): LibraryFacts {
  const pointer = library.func('void *dnnl_version()')() as Pointer;
  const [major, minor, patch] = koffi.decode(pointer, 'int', 3) as [number, number, number];
  // After the numbers comes the pointer to a hash of eight bytes.
  const runtime = koffi.decode(pointer, 24, 'uint32_t') as number;
  const instructionSet = library.func('int dnnl_get_effective_cpu_isa()')() as number;
  return { version: [major, minor, patch], runtime, instructionSet };
}

export function isUsable({ version, runtime }: LibraryFacts): boolean {
  return version[0] === 3 && (runtime === RUNTIME.openMp || runtime === RUNTIME.sequential);
}
