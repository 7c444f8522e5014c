/** What the form of this page holds; it is kept while results are looked at. */
import { create } from 'zustand';
import type { RequestOf } from '../../../engine/contract/studio/index.ts';

export const EMPTY_PREDICT_DRAFT = {
  model: '',
  /** A checkpoint of a run; the best where it is undefined. */
  checkpoint: undefined as number | undefined,
  /** Folders and images. */
  data: [] as readonly string[],
  watch: false,
  device: 'auto',
  /** Whether the form begins with the choice of images, for a classifier that was chosen elsewhere. */
  choosing: false,
};
export type PredictDraft = Readonly<typeof EMPTY_PREDICT_DRAFT>;

export const usePredictDraft = create<PredictDraft>(() => EMPTY_PREDICT_DRAFT);

export function changePredictDraft(change: Partial<PredictDraft>): void {
  usePredictDraft.setState(change);
}

export function predictRequest(draft: PredictDraft): RequestOf<'predict'> {
  const { model, checkpoint, data, watch, device } = draft;
  return {
    kind: 'predict',
    model: model.trim(),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    data: [...data],
    ...(watch ? { watch } : {}),
    device,
  };
}

/** The form of an earlier request, to change it. */
export function predictDraftOf({ model, checkpoint, data, watch, device }: RequestOf<'predict'>) {
  return { model, checkpoint, data, watch: watch === true, device } satisfies Omit<
    PredictDraft,
    'choosing'
  >;
}

/** What must still be chosen, as a sentence. */
export function missingOf({ model, data }: PredictDraft): string | undefined {
  if (model.trim() === '') return 'Choose a classifier.';
  return data.length === 0 ? 'Choose images.' : undefined;
}
