/** Run an ONNX file on the CPU. */
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';
import { loadOrt } from './onnxruntime/runtime.ts';

export interface OnnxFile {
  /** Names. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** @param inputs by name, float32 @param outputs those to compute; all by default */
  run(
    inputs: Readonly<Record<string, OnnxInput>>,
    outputs?: readonly string[],
  ): Promise<NamedTensors>;
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
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(inputs, outputs = session.outputNames) {
      const feeds = Object.entries(inputs).map(([name, { shape, data }]) => [
        name,
        new Tensor('float32', data, shape),
      ]);
      const results = await session.run(Object.fromEntries(feeds), outputs);
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
