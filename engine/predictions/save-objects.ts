/** Write stored objects in another format, those of a score and a class alone if wanted. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type DensePredictionFormat, isPredictionFile } from '../contract/predictions-text.ts';
import type { ImageNames } from './image-names.ts';
import { hasArea, type PredictedClass } from './prediction.ts';
import { PredictionsFile } from './predictions-file.ts';
import { PredictionsFolder } from './predictions-folder.ts';
import { objectsIn, storedImage } from './stored-objects.ts';

export interface SaveOptions {
  /** List of `predict --format json`. */
  readonly file: string;
  readonly classes: readonly PredictedClass[];
  readonly task: string;
  /** The network, for users. */
  readonly model: string;
  readonly names: ImageNames;
  readonly format: DensePredictionFormat;
  /** A file or folder, absolute; earlier predictions there are replaced. */
  readonly target: string;
  readonly threshold: number;
  /** Name of the only class that is kept; all without it. */
  readonly class?: string | undefined;
}

export interface Saved {
  readonly images: number;
  readonly objects: number;
}

/** @throws StudioError `target-taken`, `rle-invalid`, and errors of reading and writing */
export async function saveObjects(options: SaveOptions): Promise<Saved> {
  const { file, classes, threshold, class: only } = options;
  const target = await openTarget(options);
  let [images, objects] = [0, 0];
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const stored = storedImage(line);
      if (!stored) continue;
      const found = objectsIn(
        stored,
        classes,
        (one) => one.score >= threshold && (only === undefined || one.class === only),
      );
      const image = { ...found, objects: found.objects.filter(hasArea) };
      await target.add(image);
      images++;
      objects += image.objects.length;
    }
  } finally {
    await target.end();
  }
  return { images, objects };
}

function openTarget(options: SaveOptions): Promise<PredictionsFile | PredictionsFolder> {
  const { format, target, classes, task, model, names, threshold } = options;
  const common = { classes, kind: 'objects' } as const;
  return isPredictionFile(format)
    ? PredictionsFile.open({ ...common, file: target, format, resume: false })
    : PredictionsFolder.open({
        folder: target,
        head: { ...common, format, task, model, threshold },
        names,
        resume: false,
      });
}
