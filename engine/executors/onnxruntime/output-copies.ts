/**
 * Frees what the binding of ONNX Runtime copies without need: it copies each output of a run into new
 * memory, also one that was written to memory that the caller gave. All copies of a run together, some
 * hundreds of megabytes a training step, made V8 collect garbage several times a run, on threads that
 * compute. Freed one by one as they are made, they all take the same memory, which stays in a cache.
 *
 * The binding makes tensors with the class that it is given when it is initialised, so it is given one
 * that frees them.
 */
import { MessageChannel } from 'node:worker_threads';

/** The native part of onnxruntime-node, `dist/binding.js`. */
export interface OrtBinding {
  initOrtOnce(logLevel: number, tensor: TensorClass, ...rest: unknown[]): void;
  InferenceSession: new () => NativeSession;
}

type TensorClass = new (type: string, data: ArrayBufferView, dims: number[]) => object;

interface NativeSession {
  readonly outputMetadata: readonly { readonly name: string }[];
  run(feeds: object, fetches: Fetches, ...rest: unknown[]): object;
}

/** By name: a tensor to write to, or null. */
type Fetches = Readonly<Record<string, object | null>>;

/**
 * To be called before the first session. What a run returns for outputs that were given has no data
 * afterwards.
 */
export function freeOutputCopies(binding: OrtBinding): void {
  /** Of the run in progress, in the order in which outputs are copied: whether each was given. */
  let given: Iterator<boolean> | undefined;
  const { initOrtOnce, InferenceSession } = binding;
  binding.initOrtOnce = (logLevel, Tensor, ...rest) => {
    const OutputTensor = class extends Tensor {
      constructor(type: string, data: ArrayBufferView, dims: number[]) {
        super(type, data, dims);
        if (given?.next().value === true) free(data.buffer as ArrayBuffer);
      }
    };
    initOrtOnce.call(binding, logLevel, OutputTensor, ...rest);
  };
  binding.InferenceSession = class extends InferenceSession {
    override run(feeds: object, fetches: Fetches, ...rest: unknown[]): object {
      const fetched = this.outputMetadata.filter(({ name }) => name in fetches);
      given = fetched.map(({ name }) => fetches[name] !== null).values();
      try {
        return super.run(feeds, fetches, ...rest);
      } finally {
        given = undefined;
      }
    }
  };
}

const { port1: nowhere, port2 } = new MessageChannel();
port2.close();

/** A message to a port without another end is dropped, with the memory that it was to transfer. */
function free(buffer: ArrayBuffer): void {
  nowhere.postMessage(null, [buffer]);
}
