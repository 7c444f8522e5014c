/**
 * Request a WebGPU device and compute a little on it. This runs as a separate process, since a
 * broken driver can end it. It prints one line of JSON.
 */
import '../../platform/quiet-environment.ts';
import '../../platform/close-inherited.ts';
import type { OnnxModel, OnnxNode } from '../../formats/onnx/model.ts';
import { encodeOnnxModel, ONNX_TYPES } from '../../formats/onnx/model.ts';
import { providerOf } from './providers.ts';
import { loadOrt } from './runtime.ts';
import type { WebgpuFinding } from './webgpu-probe.ts';

const SIDE = 16;

const FLOAT32_PRODUCT: OnnxNode[] = [{ op: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] }];
const FLOAT16_PRODUCT: OnnxNode[] = [
  { op: 'Cast', inputs: ['x'], outputs: ['half'], attributes: { to: ONNX_TYPES.f16 } },
  { op: 'MatMul', inputs: ['half', 'half'], outputs: ['product'] },
  { op: 'Cast', inputs: ['product'], outputs: ['y'], attributes: { to: ONNX_TYPES.f32 } },
];

async function probe(): Promise<WebgpuFinding> {
  try {
    await multiply(FLOAT32_PRODUCT);
  } catch (error) {
    return { works: false, why: error instanceof Error ? error.message : String(error) };
  }
  const half = await multiply(FLOAT16_PRODUCT).then(
    () => true,
    () => false,
  );
  return { works: true, half };
}

/** Multiply the identity matrix by itself. @throws Error when the result is wrong */
async function multiply(nodes: readonly OnnxNode[]): Promise<void> {
  const ort = loadOrt();
  const value = (name: string) => ({ name, type: 'f32' as const, shape: [SIDE, SIDE] });
  const model: OnnxModel = {
    name: 'probe',
    opset: 21,
    nodes,
    initializers: [],
    inputs: [value('x')],
    outputs: [value('y')],
  };
  const { option, extra } = providerOf('webgpu');
  const session = await ort.InferenceSession.create(encodeOnnxModel(model), {
    executionProviders: [option],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
    extra,
  });
  const identity = Float32Array.from({ length: SIDE * SIDE }, (_, i) =>
    Number(i % (SIDE + 1) === 0),
  );
  const { y } = await session.run({ x: new ort.Tensor('float32', identity, [SIDE, SIDE]) });
  const product = y!.data as Float32Array;
  if (product.some((number, i) => number !== identity[i]))
    throw new Error('the device multiplies wrongly');
}

process.stdout.write(`${JSON.stringify(await probe())}\n`);
