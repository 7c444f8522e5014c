/**
 * What `BeitForSemanticSegmentation` of transformers needs besides the tensors of UPerNet.
 *
 * `out_indices` names hidden states from 1, the first of which is that before the blocks, and may be
 * as large as the number of blocks. So it cannot name the output of the last block, which UPerNet
 * takes: a further block of zeros follows, which changes nothing and whose output is not used.
 *
 * @source transformers 5.24.0: models/beit/modeling_beit.py, backbone_utils.py
 */
import { StudioError } from '../../contract/errors.ts';
import type { VitConfig } from '../../nn/vit.ts';
import { elementCount, type HostTensor, type NamedTensors } from '../../tensor/host-tensor.ts';
import type { Model, Segmenter } from '../model.ts';
import { otherFormats } from './formats-of.ts';
import { PythonFloat } from './python-json.ts';

/** @throws StudioError `export-unsupported` for a segmenter with another head */
export function requireUpernet(model: Model): void {
  const { segmenter, origin } = model;
  if (segmenter === undefined || segmenter.head.kind === 'upernet') return;
  throw new StudioError(
    'export-unsupported',
    `${origin} has a linear head, and transformers has no network of BEiT with one.`,
    { advice: otherFormats(model, 'hf') },
  );
}

/** Number of blocks that are added. */
export function blocksAdded({ depth }: VitConfig, { head }: Segmenter): 0 | 1 {
  return head.kind === 'upernet' && head.depths[3] === depth ? 1 : 0;
}

export function upernetConfig({ head }: Segmenter): Record<string, unknown> {
  if (head.kind !== 'upernet') return {};
  return {
    out_indices: head.depths.map((depth) => depth + 1),
    pool_scales: [1, 2, 3, 6],
    use_auxiliary_head: true,
    auxiliary_loss_weight: new PythonFloat(0.4),
    auxiliary_channels: head.auxiliaryChannels,
    auxiliary_num_convs: 1,
    auxiliary_concat_input: false,
    semantic_loss_ignore_index: 255,
  };
}

/** @param own tensors by names of transformers */
export function addedForTransformers(
  { vit, segmenter }: Model,
  own: NamedTensors,
): Map<string, HostTensor> {
  const added = new Map<string, HostTensor>();
  if (segmenter === undefined) return added;
  if (blocksAdded(vit, segmenter) === 1) {
    const last = `.layer.${vit.depth - 1}.`;
    for (const [name, { shape }] of own)
      if (name.includes(last))
        added.set(name.replace(last, `.layer.${vit.depth}.`), {
          dtype: 'f32',
          shape,
          data: new Float32Array(elementCount(shape)),
        });
  }
  for (const name of own.keys())
    if (name.endsWith('.running_var'))
      added.set(name.replace(/running_var$/, 'num_batches_tracked'), {
        dtype: 'i64',
        shape: [],
        data: BigInt64Array.of(0n),
      });
  return added;
}
