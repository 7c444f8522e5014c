/** What the form of this page holds; it is kept while results are looked at. */
import { create } from 'zustand';
import { defined } from '../../../../engine/contract/defined.ts';
import type { Precision } from '../../../../engine/contract/precision.ts';
import type { DensePredictionFormat } from '../../../../engine/contract/predictions-text.ts';
import { LEAST_KEPT_SCORE, type RequestOf } from '../../../../engine/contract/studio/index.ts';
import { findsObjects, hasPixelClasses } from '../../../../engine/contract/tasks.ts';
import { requestedPrecision } from '../../../ui/precisions.ts';
import { hasObjects } from '../jobs/job-text.ts';

/** The format of masks, which this page shows. */
export const SHOWN_FORMAT = 'masks' satisfies DensePredictionFormat;
/** Objects of all scores, which this page shows and saves in other formats. */
export const OBJECTS = 'objects';

export type ChosenFormat = DensePredictionFormat | typeof OBJECTS;

export const EMPTY_PREDICT_DRAFT = {
  model: '',
  /** A checkpoint of a run; the best where it is undefined. */
  checkpoint: undefined as number | undefined,
  /** Folders and images. */
  data: [] as readonly string[],
  watch: false,
  /** Undefined for what suits the network. */
  format: undefined as ChosenFormat | undefined,
  device: 'auto',
  precision: 'float32' as Precision,
  /** Whether the form begins with the choice of images, for a classifier that was chosen elsewhere. */
  choosing: false,
};
export type PredictDraft = Readonly<typeof EMPTY_PREDICT_DRAFT>;

export const usePredictDraft = create<PredictDraft>(() => EMPTY_PREDICT_DRAFT);

export function changePredictDraft(change: Partial<PredictDraft>): void {
  usePredictDraft.setState(change);
}

/** What is chosen for another network anew. */
export const NEW_MODEL = { checkpoint: undefined, format: undefined } as const;

/** @param task of the network, where it is known */
export function predictRequest(draft: PredictDraft, task?: string): RequestOf<'predict'> {
  const { model, checkpoint, data, watch, device, precision } = draft;
  const forPixels = hasPixelClasses(task);
  const shown = findsObjects(task) ? OBJECTS : forPixels ? SHOWN_FORMAT : undefined;
  const format = draft.format ?? shown;
  return {
    kind: 'predict',
    model: model.trim(),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    data: [...data],
    ...(watch && !forPixels ? { watch } : {}),
    ...(format === OBJECTS ? { format: 'json', threshold: LEAST_KEPT_SCORE } : defined({ format })),
    device,
    ...requestedPrecision(precision),
  };
}

/** The form of an earlier request, to change it. */
export function predictDraftOf(request: RequestOf<'predict'>) {
  const { model, checkpoint, data, watch, device, precision = 'float32' } = request;
  const format = hasObjects({ request }) ? OBJECTS : request.format;
  return {
    model,
    checkpoint,
    data,
    watch: watch === true,
    format,
    device,
    precision,
  } satisfies Omit<PredictDraft, 'choosing'>;
}

/** What must still be chosen, as a sentence. */
export function missingOf({ model, data }: PredictDraft): string | undefined {
  if (model.trim() === '') return 'Choose a fine-tuned network.';
  return data.length === 0 ? 'Choose images.' : undefined;
}
