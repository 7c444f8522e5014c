/**
 * A network as a folder that `timm.create_model('local-dir:FOLDER', pretrained=True)` opens.
 * @source timm 1.0.31: models/_hub.py, models/_pretrained.py, models/beit.py
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { hasSeveralLabels, SEVERAL_LABELS_TYPE } from '../../contract/tasks.ts';
import { authorsCropRatio } from '../../data/views/eval-images.ts';
import { fromTimmNames, toTimmNames } from '../../formats/beit-names.ts';
import { readSafetensors, writeSafetensors } from '../../formats/safetensors.ts';
import { imageShape } from '../../nn/image-shape.ts';
import type { VitConfig } from '../../nn/vit.ts';
import type { Model } from '../model.ts';
import { otherFormats } from './formats-of.ts';
import { compareNetworks, networkTensors } from './forward.ts';
import { PythonFloat, pythonJson } from './python-json.ts';
import { rangeField } from './scaling.ts';
import { type Exported, requireSameTensors, writeExportFolder } from './target.ts';

const WEIGHTS_FILE = 'model.safetensors';
const RGB = 3;

/**
 * @param folder its content is replaced if it is empty or an earlier export
 * @throws StudioError `export-unsupported` for a segmenter; `weights-mismatch`, `target-taken`,
 *   `disk-full`, `export-failed`
 */
export async function exportTimm(folder: string, model: Model): Promise<Exported> {
  if (model.segmenter !== undefined) throw withoutSegmenters(model);
  const { tensors } = toTimmNames(networkTensors(model));
  let largestDifference = 0;
  const about = { kind: 'timm', origin: model.origin } as const;
  const bytes = await writeExportFolder(folder, about, {
    async write(beside) {
      await writeFile(path.join(beside, 'config.json'), pythonJson(timmConfig(model)));
      await writeSafetensors(path.join(beside, WEIGHTS_FILE), tensors, { format: 'pt' });
    },
    async check(beside) {
      const back = await readSafetensors(path.join(beside, WEIGHTS_FILE));
      requireSameTensors(tensors, back.tensors, folder);
      const after = {
        ...model,
        vit: inTimm(model.vit),
        tensors: fromTimmNames(back.tensors).tensors,
      };
      largestDifference = await compareNetworks(model, after);
    },
  });
  return { path: folder, tensors: tensors.size, bytes, largestDifference };
}

function withoutSegmenters(model: Model): StudioError {
  return new StudioError(
    'export-unsupported',
    `${model.origin} gives each pixel a class, and timm has no networks that do.`,
    { advice: otherFormats(model, 'timm') },
  );
}

/** The configuration in timm, where each block has its table of relative positions. */
function inTimm(vit: VitConfig): VitConfig {
  return vit.relPos === 'shared' ? { ...vit, relPos: 'perBlock' } : vit;
}

/** The content of `config.json`: the network and the images it takes. */
export function timmConfig(model: Model): Record<string, unknown> {
  const { vit, head, mean, std } = model;
  const classes = head?.classes ?? [];
  const pool = head?.pooling === 'mean' ? 'avg' : 'token';
  const float = (values: readonly number[]) => values.map((value) => new PythonFloat(value));
  return {
    // Any BEiT architecture will do, since all arguments that differ are given below.
    architecture: vit.embedDim > 768 ? 'beit_large_patch16_224' : 'beit_base_patch16_224',
    num_classes: classes.length,
    num_features: vit.embedDim,
    ...(hasSeveralLabels(head?.task) ? { problem_type: SEVERAL_LABELS_TYPE } : {}),
    ...(head?.threshold === undefined ? {} : { threshold: new PythonFloat(head.threshold) }),
    global_pool: pool,
    ...rangeField(model),
    model_args: {
      ...(vit.channels === RGB ? {} : { in_chans: vit.channels }),
      img_size: vit.imageSize,
      patch_size: vit.patchSize,
      embed_dim: vit.embedDim,
      depth: vit.depth,
      num_heads: vit.heads,
      mlp_ratio: new PythonFloat(exactRatio(vit)),
      init_values: vit.layerScale > 0 ? new PythonFloat(vit.layerScale) : null,
      global_pool: pool,
      use_abs_pos_emb: vit.absPos,
      use_rel_pos_bias: vit.relPos !== 'none',
      use_shared_rel_pos_bias: false,
    },
    pretrained_cfg: {
      input_size: imageShape(vit),
      fixed_input_size: true,
      interpolation: 'bicubic',
      crop_pct: authorsCropRatio(vit.imageSize),
      crop_mode: 'center',
      mean: float(mean),
      std: float(std),
      num_classes: classes.length,
      // With it, timm would adapt a layer for three channels to others.
      ...(vit.channels === RGB ? { first_conv: 'patch_embed.proj' } : {}),
      classifier: 'head',
      ...(head ? { label_names: classes } : {}),
    },
  };
}

/** A ratio whose product timm truncates to the same width. */
function exactRatio({ embedDim, mlpRatio }: VitConfig): number {
  const hidden = Math.round(embedDim * mlpRatio);
  return Math.trunc(embedDim * mlpRatio) === hidden ? mlpRatio : (hidden + 0.5) / embedDim;
}
