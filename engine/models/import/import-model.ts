/**
 * Import of weights of other programs as a folder of this program: ConMIM names, single precision,
 * and all detected or given properties. The folder can be used like a run.
 */
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import type { VitConfig } from '../../nn/vit.ts';
import { compareNetworks } from '../export/forward.ts';
import { metadataOf } from '../export/safetensors.ts';
import {
  type Exported,
  exportFailed,
  requireSameTensors,
  writeExportFolder,
  writeJson,
} from '../export/target.ts';
import type { Detector, Head, Model, Segmenter } from '../model.ts';
import type { ImportReport } from './import-report.ts';
import { openWeights, type WeightsOptions } from './open-weights.ts';

export interface ImportOutcome extends Exported {
  /** For users. */
  readonly origin: string;
  readonly vit: VitConfig;
  readonly head?: Head;
  readonly segmenter?: Segmenter;
  readonly detector?: Detector;
  readonly valueRange: Model['valueRange'];
  readonly mean: Model['mean'];
  readonly std: Model['std'];
  readonly report: ImportReport;
}

/** What the folder says of a network. */
const DESCRIBED = [
  'vit',
  'head',
  'segmenter',
  'detector',
  'valueRange',
  'mean',
  'std',
  'origin',
] as const;

/**
 * @param from a file of weights, or a folder that contains one
 * @param out  replaced if it is empty or an earlier import or export
 * @throws StudioError errors of opening weights; `target-taken`, `disk-full`, `export-failed`
 */
export async function importModel(
  from: string,
  out: string,
  options: WeightsOptions = {},
): Promise<ImportOutcome> {
  const { model, report } = await openWeights(from, options);
  const { tensors, origin, vit, head, segmenter, detector, valueRange, mean, std, about } = model;
  const described = {
    origin,
    vit,
    ...defined({ head, segmenter, detector }),
    valueRange,
    mean,
    std,
  };
  let largestDifference = 0;
  const bytes = await writeExportFolder(
    out,
    { kind: 'model', origin },
    {
      async write(beside) {
        const file = path.join(beside, 'model.safetensors');
        await writeSafetensors(file, tensors, metadataOf(model));
        await writeJson(path.join(beside, 'model.json'), { ...described, about, report });
      },
      async check(beside) {
        const { model: back } = await openWeights(beside);
        requireSameTensors(tensors, back.tensors, out);
        for (const part of DESCRIBED)
          if (JSON.stringify(back[part]) !== JSON.stringify(model[part]))
            throw exportFailed(`What ${out} says of "${part}" came back changed.`);
        largestDifference = await compareNetworks(model, back);
      },
    },
  );
  return { path: out, tensors: tensors.size, bytes, largestDifference, ...described, report };
}
