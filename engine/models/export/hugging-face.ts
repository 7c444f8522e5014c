/**
 * A network as a folder that Hugging Face's transformers opens: `BeitModel`,
 * `BeitForImageClassification` for a classifier, `BeitForSemanticSegmentation` for UPerNet.
 * @source transformers 5.23.0: models/beit/modeling_beit.py, configuration_beit.py
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { hasSeveralLabels, SEVERAL_LABELS_TYPE } from '../../contract/tasks.ts';
import { authorsCropRatio } from '../../data/views/eval-images.ts';
import { fromHuggingFaceNames, toHuggingFaceNames } from '../../formats/beit-names.ts';
import { readSafetensors, writeSafetensors } from '../../formats/safetensors.ts';
import { LAYER_NORM_EPS } from '../../nn/vit.ts';
import type { Model } from '../model.ts';
import { otherFormats } from './formats-of.ts';
import { compareNetworks, networkTensors } from './forward.ts';
import {
  addedForTransformers,
  blocksAdded,
  requireUpernet,
  upernetConfig,
} from './hugging-face-upernet.ts';
import { modelCard } from './model-card.ts';
import { PythonFloat, pythonJson } from './python-json.ts';
import { isUsualImage, rangeField } from './scaling.ts';
import { type Exported, requireSameTensors, writeExportFolder } from './target.ts';

const WEIGHTS_FILE = 'model.safetensors';
/** Pillow's number for the bicubic filter. */
const BICUBIC = 3;

/**
 * @param folder its content is replaced if it is empty or an earlier export
 * @throws StudioError `export-unsupported` when images are not square; `weights-mismatch`,
 *   `target-taken`, `disk-full`, `export-failed`
 */
export async function exportHuggingFace(folder: string, model: Model): Promise<Exported> {
  const [height, width] = model.vit.imageSize;
  if (height !== width)
    throw new StudioError(
      'export-unsupported',
      `transformers computes BEiT for square images only, and these are ${height} x ${width}.`,
      { advice: otherFormats(model, 'hf') },
    );
  requireUpernet(model);
  const own = toHuggingFaceNames(networkTensors(model)).tensors;
  const tensors = new Map([...own, ...addedForTransformers(model, own)]);
  let largestDifference = 0;
  const about = { kind: 'hf', origin: model.origin } as const;
  const bytes = await writeExportFolder(folder, about, {
    async write(beside) {
      const at = (name: string) => path.join(beside, name);
      await writeFile(at('config.json'), pythonJson(huggingFaceConfig(model)));
      await writeFile(at('preprocessor_config.json'), pythonJson(processorConfig(model)));
      await writeFile(at('README.md'), modelCard(model));
      await writeSafetensors(at(WEIGHTS_FILE), tensors, { format: 'pt' });
    },
    async check(beside) {
      const back = await readSafetensors(path.join(beside, WEIGHTS_FILE));
      requireSameTensors(tensors, back.tensors, folder);
      const after = { ...model, tensors: fromHuggingFaceNames(back.tensors).tensors };
      largestDifference = await compareNetworks(model, after);
    },
  });
  return { path: folder, tensors: tensors.size, bytes, largestDifference };
}

export function huggingFaceConfig(model: Model): Record<string, unknown> {
  const { vit, head, segmenter } = model;
  const classes = (head ?? segmenter)?.classes;
  const labels = [...(classes ?? []).entries()];
  return {
    architectures: [architectureOf(model)],
    model_type: 'beit',
    image_size: vit.imageSize[0],
    patch_size: vit.patchSize,
    num_channels: vit.channels,
    ...rangeField(model),
    hidden_size: vit.embedDim,
    num_hidden_layers: vit.depth + (segmenter === undefined ? 0 : blocksAdded(vit, segmenter)),
    num_attention_heads: vit.heads,
    intermediate_size: Math.round(vit.embedDim * vit.mlpRatio),
    hidden_act: 'gelu',
    layer_norm_eps: new PythonFloat(LAYER_NORM_EPS),
    layer_scale_init_value: new PythonFloat(vit.layerScale),
    use_mask_token: false,
    use_absolute_position_embeddings: vit.absPos,
    use_relative_position_bias: vit.relPos === 'perBlock',
    use_shared_relative_position_bias: vit.relPos === 'shared',
    // Segmenters have no norm after the last block.
    use_mean_pooling: head?.pooling === 'mean' || segmenter !== undefined,
    hidden_dropout_prob: new PythonFloat(0),
    attention_probs_dropout_prob: new PythonFloat(0),
    drop_path_rate: new PythonFloat(0),
    ...(hasSeveralLabels(head?.task) ? { problem_type: SEVERAL_LABELS_TYPE } : {}),
    ...(head?.threshold === undefined ? {} : { threshold: new PythonFloat(head.threshold) }),
    ...(segmenter === undefined ? {} : upernetConfig(segmenter)),
    ...(classes
      ? {
          id2label: Object.fromEntries(labels.map(([i, name]) => [String(i), name])),
          label2id: Object.fromEntries(labels.map(([i, name]) => [name, i])),
        }
      : {}),
  };
}

/**
 * The image processing of evaluation in this program. BEiT's processor in transformers 4 cannot
 * resize by the shorter side; that of BiT, which DINOv2 also uses, can in every version.
 */
export function processorConfig(model: Model): Record<string, unknown> {
  const { vit, segmenter, mean, std } = model;
  const [height, width] = vit.imageSize;
  // Images of other channels and ranges are given as arrays of scaled values.
  const isUsual = isUsualImage(model);
  const float = (values: readonly number[]) => values.map((value) => new PythonFloat(value));
  return {
    ...(segmenter === undefined
      ? {
          image_processor_type: 'BitImageProcessor',
          do_convert_rgb: isUsual,
          size: { shortest_edge: Math.trunc(height / authorsCropRatio(vit.imageSize)) },
          do_center_crop: true,
          crop_size: { height, width },
        }
      : // The whole image is seen; it turns logits into masks of the image's size too.
        { image_processor_type: 'BeitImageProcessor', size: { height, width } }),
    do_resize: true,
    resample: BICUBIC,
    ...(segmenter === undefined ? {} : { do_center_crop: false }),
    do_rescale: isUsual,
    ...(isUsual ? { rescale_factor: 1 / 255 } : {}),
    do_normalize: true,
    image_mean: float(mean),
    image_std: float(std),
  };
}

function architectureOf({ head, segmenter }: Pick<Model, 'head' | 'segmenter'>): string {
  if (segmenter !== undefined) return 'BeitForSemanticSegmentation';
  return head ? 'BeitForImageClassification' : 'BeitModel';
}
