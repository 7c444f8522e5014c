/** A network as one safetensors file in ConMIM (= BEiT) names, with metadata for its use. */
import { readSafetensors, writeSafetensors } from '../../formats/safetensors.ts';
import type { Model } from '../model.ts';
import { compareNetworks } from './forward.ts';
import { headMetadata } from './head-metadata.ts';
import {
  type Exported,
  exportFailed,
  requireSameTensors,
  SOURCE,
  writeExportFile,
} from './target.ts';

/**
 * @param file replaced if it is empty or an earlier export
 * @throws StudioError `weights-mismatch`, `target-taken`, `disk-full`, `export-failed`
 */
export async function exportSafetensors(file: string, model: Model): Promise<Exported> {
  const { tensors } = model;
  const metadata = metadataOf(model);
  let largestDifference = 0;
  const bytes = await writeExportFile(file, {
    async write(beside) {
      await writeSafetensors(beside, tensors, metadata);
    },
    async check(beside) {
      const back = await readSafetensors(beside);
      requireSameTensors(tensors, back.tensors, file);
      for (const [key, text] of Object.entries(metadata))
        if (back.metadata[key] !== text)
          throw exportFailed(`The metadata "${key}" came back from ${file} changed.`);
      largestDifference = await compareNetworks(model, { ...model, tensors: back.tensors });
    },
  });
  return { path: file, tensors: tensors.size, bytes, largestDifference };
}

export function metadataOf(model: Model): Record<string, string> {
  const { about, valueRange, mean, std, vit, origin } = model;
  const { run, network, step, recipe, dataset, metrics, weights } = about;
  return {
    format: 'pt',
    source: SOURCE,
    origin,
    ...(run === undefined ? {} : { run }),
    ...(network === undefined ? {} : { network }),
    ...(step === undefined ? {} : { step: String(step) }),
    ...(recipe === undefined ? {} : { recipe: JSON.stringify(recipe) }),
    ...(dataset === undefined ? {} : { dataset: JSON.stringify(withoutFolders(dataset)) }),
    ...(metrics === undefined ? {} : { metrics: JSON.stringify(metrics) }),
    ...(weights === undefined ? {} : { weights }),
    value_range: JSON.stringify(valueRange),
    mean: JSON.stringify(mean),
    std: JSON.stringify(std),
    geometry: JSON.stringify(vit),
    ...headMetadata(model),
  };
}

/** Files are passed on, so paths of images on this machine are left out. */
function withoutFolders({ images, fingerprint }: NonNullable<Model['about']['dataset']>) {
  return { images, fingerprint };
}
