/** Tensors of a file in the shapes and the type that a network has. */
import type { ParameterSpec } from '../../nn/parameters.ts';
import type { VitConfig } from '../../nn/vit.ts';
import { elementCount, type HostTensor, type NamedTensors } from '../../tensor/host-tensor.ts';
import { incomplete, unsupported } from './geometry.ts';
import type { Reshaped } from './import-report.ts';
import { asSinglePrecision } from './single-precision.ts';

/** Networks may be made without any, and then they are zero. */
const QUERY_OR_VALUE_BIAS = /\.attn\.[qv]_bias$/;
/** Kept with a pre-trained trunk although it does not compute with them. */
const PRETRAINING = /^(mask_token$|projectors\.)/;

export interface Fitted {
  readonly tensors: Map<string, HostTensor>;
  readonly reshaped: Reshaped[];
  readonly missing: string[];
  readonly converted: Record<string, number>;
}

/** @throws StudioError `import-incomplete`, `import-unsupported` */
export function fitTensors(specs: readonly ParameterSpec[], given: NamedTensors): Fitted {
  const fitted: Fitted = { tensors: new Map(), reshaped: [], missing: [], converted: {} };
  const hasBiases = [...given.keys()].some((name) => QUERY_OR_VALUE_BIAS.test(name));
  const absent: string[] = [];
  for (const { name, shape } of specs) {
    const tensor = given.get(name);
    if (tensor !== undefined) take(fitted, name, tensor, shape);
    else if (!hasBiases && QUERY_OR_VALUE_BIAS.test(name)) {
      fitted.missing.push(name);
      const data = new Float32Array(elementCount(shape));
      fitted.tensors.set(name, { dtype: 'f32', shape, data });
    } else absent.push(name);
  }
  if (absent.length > 0) throw incomplete(absent);
  return fitted;
}

function take(fitted: Fitted, name: string, tensor: HostTensor, shape: readonly number[]): void {
  const single = asSinglePrecision(tensor);
  if (single === undefined) throw unsupported(`whole numbers (${tensor.dtype}) for ${name}`);
  const same = tensor.shape.join() === shape.join();
  const withoutOnes = (sizes: readonly number[]) => sizes.filter((size) => size !== 1).join();
  if (!same && withoutOnes(tensor.shape) !== withoutOnes(shape))
    throw unsupported(
      `${name} of shape [${tensor.shape.join(', ')}] where [${shape.join(', ')}] belongs`,
      { name, shape: tensor.shape, expected: shape },
    );
  if (!same) fitted.reshaped.push({ name, from: tensor.shape, to: shape });
  if (tensor.dtype !== 'f32')
    fitted.converted[tensor.dtype] = (fitted.converted[tensor.dtype] ?? 0) + 1;
  fitted.tensors.set(name, same ? single : { ...single, shape });
}

/** Pre-training's own tensors, for exports that keep them. */
export function keepPretraining(
  fitted: Fitted,
  given: NamedTensors,
  { embedDim }: VitConfig,
): void {
  for (const [name, tensor] of given) {
    if (!PRETRAINING.test(name) || asSinglePrecision(tensor) === undefined) continue;
    const ofWidth = elementCount(tensor.shape) === embedDim;
    if (name === 'mask_token' && !ofWidth) continue;
    take(fitted, name, tensor, name === 'mask_token' ? [1, 1, embedDim] : tensor.shape);
  }
}
