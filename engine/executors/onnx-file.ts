/** Run an ONNX file on the CPU, to compare exports with the network that was exported. */
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';
import { loadOrt } from './onnxruntime/runtime.ts';

export interface OnnxFile {
  /** @param inputs by name, float32 */
  run(inputs: Readonly<Record<string, OnnxInput>>): Promise<NamedTensors>;
  dispose(): Promise<void>;
}

export interface OnnxInput {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export async function openOnnxFile(file: string): Promise<OnnxFile> {
  const { InferenceSession, Tensor } = loadOrt();
  const session = await InferenceSession.create(file);
  return {
    async run(inputs) {
      const feeds = Object.entries(inputs).map(([name, { shape, data }]) => [
        name,
        new Tensor('float32', data, shape),
      ]);
      const results = await session.run(Object.fromEntries(feeds));
      return new Map(
        Object.entries(results).map(([name, { dims, data }]): [string, HostTensor] => [
          name,
          { dtype: 'f32', shape: dims, data: data as Float32Array },
        ]),
      );
    },
    dispose: () => session.release(),
  };
}
