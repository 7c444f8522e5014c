/** Predictions of a network with a head for the decodable images of a labelled set. */
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { type LabelledSetOptions, readLabelledSet } from '../../data/labelled/labelled-set.ts';
import { positionsOfSplit } from '../../data/labelled/marked-split.ts';
import { subsetOf } from '../../data/labelled/subset.ts';
import { type ClassScores, keptScores } from '../../evaluation/class-scores.ts';
import { predictBy } from '../../evaluation/predict-images.ts';
import { divisionOfModel } from '../../models/model.ts';
import { labelledScan } from '../../runs/scan-memory.ts';
import type { EvaluateRequest } from '../labelled-task.ts';
import { openClassifierPredictor } from './classifier-predictor.ts';
import { modelImages, trainingImageNotes } from './model-images.ts';
import { seenImageNotes } from './seen-images.ts';
import { readTrainingSets, setNotices } from './training-sets.ts';

/**
 * @param several separator of labels, where images may have several
 * @throws StudioError `unknown-classes`, and errors of reading labelled images
 */
export async function predictSet(
  { workspace, model, data, split, device, precision, onProgress }: EvaluateRequest,
  several?: LabelledSetOptions['several'],
) {
  const { classes } = model.head;
  const division = 'about' in model ? divisionOfModel(model) : {};
  const all = await readLabelledSet(data, {
    classes,
    ...labelledScan(workspace, data, division),
    ...defined({ several }),
  });
  const set = split ? subsetOf(all, positionsOfSplit(all.samples, split, data)) : all;
  const learnt = 'about' in model ? model.about.labelled : undefined;
  const seen = await seenImageNotes(workspace, set.samples, learnt, async (spec) => {
    const memory = path.resolve(workspace, 'datasets');
    const isSeveral = several !== undefined;
    const { train } = await readTrainingSets(spec, memory, undefined, isSeveral, division);
    return train.samples;
  });
  const images = modelImages(model, set.samples);
  const { scores: ofAll, imagesPerSecond } = await predictBy(
    { images: images.images, load: images.load, ...defined({ onProgress }) },
    {
      images: model.vit,
      classes: classes.length,
      open: (batchSize) => openClassifierPredictor(model, { batchSize, device, precision }),
    },
  );
  const scores: ClassScores = keptScores(images, ofAll);
  const { kept: samples, leftOut, positionsLeftOut } = images;
  return {
    scores,
    samples,
    paths: Array.from(samples, ({ path }) => path),
    positionsLeftOut,
    /** The fields of every evaluation, for any kind of labels. */
    common: {
      imagesPerSecond,
      leftOut,
      warnings: [
        ...setNotices(set).map(({ message }) => message),
        ...trainingImageNotes(samples),
        ...seen,
        ...images.notes,
      ],
    },
  };
}
