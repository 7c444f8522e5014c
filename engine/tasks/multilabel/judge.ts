/** A network that tells labels, judged on any images with labels. */
import { readLabelledSet } from '../../data/labelled/labelled-set.ts';
import { keptScores } from '../../evaluation/class-scores.ts';
import { predictImages } from '../../evaluation/predict-images.ts';
import type { ModelAbout } from '../../models/model.ts';
import { labelledMemory } from '../../runs/scan-memory.ts';
import type { Judgement, JudgeRequest } from '../labelled-task.ts';
import { learntFrom, modelImages } from '../shared/model-images.ts';
import { oddities } from '../shared/training-sets.ts';
import { labelsReport } from './report.ts';
import { labelTables } from './tables.ts';
import { labelScores } from './task.ts';

/** Of networks whose recipe is not known. */
const THRESHOLD = 0.5;

/** @throws StudioError `unknown-classes`, and as reading labelled images does */
export async function judgeLabels(request: JudgeRequest): Promise<Judgement> {
  const { workspace, model, data, labelSeparator, device, onProgress } = request;
  const { vit, head, tensors, about } = model;
  const { classes, pooling } = head;
  const set = await readLabelledSet(data, {
    classes,
    several: { separator: labelSeparator },
    indexFile: labelledMemory(workspace, data),
  });
  const images = modelImages(model, set.samples);
  const predicted = await predictImages({
    config: { vit, classes: classes.length, pooling, headScale: 1 },
    tensors,
    images: images.images,
    load: images.load,
    device,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const { kept, leftOut, positionsLeftOut } = images;
  const scores = labelScores({ scores: keptScores(images, predicted.scores), samples: kept });
  const report = labelsReport({ scores, leftOut: positionsLeftOut }, classes, thresholdOf(about));
  return {
    report,
    imagesPerSecond: predicted.imagesPerSecond,
    details: [],
    warnings: [
      ...oddities(set).map(({ message }) => message),
      ...learntFrom(kept),
      ...images.notes,
    ],
    leftOut,
    tables: () =>
      labelTables(
        kept.map(({ path }) => path),
        scores,
        report.evaluation,
      ),
  };
}

/** The one that its recipe names. */
function thresholdOf({ recipe }: ModelAbout): number {
  const threshold = recipe?.['threshold'];
  return typeof threshold === 'number' && threshold > 0 && threshold < 1 ? threshold : THRESHOLD;
}
