/** Collects nodes and constants of an ONNX graph; equal constants are stored once. */
import { halfBits } from '../../tensor/half.ts';
import type { OnnxAttribute, OnnxInitializer, OnnxNode, OnnxType } from './model.ts';

export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly #constants = new Map<string, string>();
  #count = 0;

  /** Add a node with one output. @returns the output's name */
  emit(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): string {
    return this.emitMany(op, inputs, 1, attributes, domain)[0]!;
  }

  emitMany(
    op: string,
    inputs: readonly string[],
    outputCount: number,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): string[] {
    const outputs = Array.from({ length: outputCount }, () => `v${this.#count++}`);
    this.nodes.push({ op, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** Give a value another name, for an output. */
  alias(value: string, name: string): void {
    this.nodes.push({ op: 'Identity', inputs: [value], outputs: [name] });
  }

  int64(values: readonly number[]): string {
    return this.tensor('i64', [values.length], BigInt64Array.from(values, BigInt));
  }

  floats(type: 'f32' | 'f16', shape: readonly number[], values: ArrayLike<number>): string {
    const data =
      type === 'f32' ? Float32Array.from(values) : Uint16Array.from(Array.from(values), halfBits);
    return this.tensor(type, shape, data);
  }

  tensor(type: OnnxType, shape: readonly number[], data: ArrayBufferView): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = bytes.length <= 64 ? `${type}:${shape.join('x')}:${bytes.join(',')}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known) return known;
    const name = `c${this.initializers.length}`;
    this.initializers.push({ name, type, shape, data: bytes });
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }
}
