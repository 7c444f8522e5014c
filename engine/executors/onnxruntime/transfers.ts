/**
 * Copies of tensors to and from a device, by identity graphs. This binding has no transfer
 * functions, and asking a tensor on the device for its data ends the process.
 */
import * as ir from '../../ir/builder.ts';
import type { Graph } from '../../ir/types.ts';
import { releaseAll } from '../release-all.ts';
import { outputName } from './lower-graph.ts';
import type { Provider } from './providers.ts';
import { createSession, type Ort, ortTensor, runSession } from './runtime.ts';

type Way = 'gpu-buffer' | 'cpu';

export class Transfers {
  readonly #provider: Provider;
  /** by direction and shape */
  readonly #sessions = new Map<string, Ort.InferenceSession>();

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  async upload(data: Float32Array, shape: readonly number[]): Promise<Ort.Tensor> {
    return this.#pass(ortTensor(data, shape), 'gpu-buffer');
  }

  /** The result is a copy. */
  async download(tensor: Ort.Tensor): Promise<Float32Array> {
    return (await this.#pass(tensor, 'cpu')).data as Float32Array;
  }

  async dispose(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await releaseAll(sessions.map((session) => () => session.release()));
  }

  async #pass(tensor: Ort.Tensor, way: Way): Promise<Ort.Tensor> {
    const key = `${way} ${tensor.dims.join('x')}`;
    const session = this.#sessions.get(key) ?? (await this.#open(tensor.dims, way));
    this.#sessions.set(key, session);
    const values = await runSession(session, this.#provider.device, { x: tensor });
    return values[outputName({ name: 'x', role: 'state' })]!;
  }

  #open(shape: readonly number[], way: Way): Promise<Ort.InferenceSession> {
    const graph: Graph = {
      name: 'transfer',
      outputs: [{ name: 'x', role: 'state', node: ir.state('x', shape) }],
    };
    return createSession(graph, this.#provider, { preferredOutputLocation: way });
  }
}
