/** Conversion of a file's tensors to the shapes and type of a network. */
import type { ParameterSpec } from '../../nn/parameters.ts';
import type { VitConfig } from '../../nn/vit.ts';
import { elementCount, type HostTensor, type NamedTensors } from '../../tensor/host-tensor.ts';
import { incomplete, otherBlocks } from './geometry.ts';
import type { Reshaped } from './import-report.ts';
import { unsupportedNetwork } from './kinds.ts';
import { asSinglePrecision } from './single-precision.ts';

/**
 * Networks may lack all biases of a kind, which are zero then; those of norms are one kind. A file
 * with some of a kind is incomplete.
 */
const BIAS_KINDS: readonly RegExp[] = [
  /\.attn\.[qv]_bias$/,
  /\.attn\.proj\.bias$/,
  /\.mlp\.fc[12]\.bias$/,
  /^patch_embed\.proj\.bias$/,
  /(^|\.)(norm|norm1|norm2|fc_norm)\.bias$/,
  /^head\.bias$/,
];
/** Kept with a pre-trained trunk, which does not use them. */
const PRETRAINING = /^(mask_token$|projectors\.)/;

export interface FittedTensors {
  readonly tensors: Map<string, HostTensor<'f32'>>;
  readonly reshaped: Reshaped[];
  readonly missing: string[];
  readonly converted: Record<string, number>;
}

/** @throws StudioError `import-incomplete`, `import-unsupported` */
export function fitTensors(specs: readonly ParameterSpec[], given: NamedTensors): FittedTensors {
  const fitted: FittedTensors = { tensors: new Map(), reshaped: [], missing: [], converted: {} };
  const names = [...given.keys()];
  const left = BIAS_KINDS.filter((kind) => !names.some((name) => kind.test(name)));
  const absent: string[] = [];
  for (const { name, shape } of specs) {
    const tensor = given.get(name);
    if (tensor !== undefined) take(fitted, name, tensor, shape);
    else if (left.some((kind) => kind.test(name))) {
      fitted.missing.push(name);
      const data = new Float32Array(elementCount(shape));
      fitted.tensors.set(name, { dtype: 'f32', shape, data });
    } else absent.push(name);
  }
  const other = absent.find((name) => inNoBlock(name, names));
  if (other !== undefined) throw otherBlocks(given, other);
  if (absent.length > 0) throw incomplete(absent);
  return fitted;
}

/** Whether a tensor of a block is missing in all blocks. */
function inNoBlock(name: string, names: readonly string[]): boolean {
  const part = /^blocks\.\d+(\..+)$/.exec(name)?.[1];
  return (
    part !== undefined && !names.some((each) => /^blocks\.\d+\./.test(each) && each.endsWith(part))
  );
}

function take(
  fitted: FittedTensors,
  name: string,
  tensor: HostTensor,
  shape: readonly number[],
): void {
  const single = asSinglePrecision(tensor);
  if (single === undefined)
    throw unsupportedNetwork(
      `whole numbers (${tensor.dtype}), as of quantised weights, for ${name}`,
    );
  const same = tensor.shape.join() === shape.join();
  const withoutOnes = (sizes: readonly number[]) => sizes.filter((size) => size !== 1).join();
  if (!same && withoutOnes(tensor.shape) !== withoutOnes(shape))
    throw unsupportedNetwork(
      `${name} of shape [${tensor.shape.join(', ')}] where [${shape.join(', ')}] belongs`,
      { name, shape: tensor.shape, expected: shape },
    );
  if (!same) fitted.reshaped.push({ name, from: tensor.shape, to: shape });
  if (tensor.dtype !== 'f32')
    fitted.converted[tensor.dtype] = (fitted.converted[tensor.dtype] ?? 0) + 1;
  fitted.tensors.set(name, same ? single : { ...single, shape });
}

/** Keep pre-training's own tensors, for exports that contain them. */
export function keepPretraining(
  fitted: FittedTensors,
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
