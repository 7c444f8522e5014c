/** What a page asks the studio for, out of what was chosen. */
import {
  type AttentionChoice,
  type InputOf,
  MOST_MAPPED_IMAGES,
  MOST_NETWORKS,
} from '../../../../engine/contract/studio/index.ts';

export interface AttentionDraft {
  /** Steps of checkpoints; none for the newest, or the best. */
  readonly checkpoints: readonly number[];
  readonly untrained: boolean;
  /** A further network; empty for none. */
  readonly other: string;
  /** A folder, list or image; empty for those that it was trained on. */
  readonly images: string;
  readonly count: number;
}

export const COUNT = 4;

export const FIRST_DRAFT: AttentionDraft = {
  checkpoints: [],
  untrained: true,
  other: '',
  images: '',
  count: COUNT,
};

/**
 * @param trainedOn folders of the images that the network was trained on
 * @returns undefined while there are no images
 */
export function attentionRequest(
  reference: string,
  draft: AttentionDraft,
  trainedOn: readonly string[],
): InputOf<'insight.attention'> | undefined {
  const { checkpoints, untrained, other, count } = draft;
  const named = draft.images.trim();
  const images = named === '' ? trainedOn.slice(0, MOST_MAPPED_IMAGES) : [named];
  if (images.length === 0) return undefined;
  const steps = checkpoints.length === 0 ? [undefined] : [...checkpoints].sort((a, b) => a - b);
  const own = steps.map((checkpoint): AttentionChoice => {
    return checkpoint === undefined ? { reference } : { reference, checkpoint };
  });
  const beside: AttentionChoice[] = [
    ...(untrained ? [{ reference, untrained }] : []),
    ...(other.trim() === '' ? [] : [{ reference: other.trim() }]),
  ];
  // What was asked for beside it is kept, and of many checkpoints the latest.
  const networks = [...own.slice(beside.length - MOST_NETWORKS), ...beside];
  return { networks, images, count };
}
