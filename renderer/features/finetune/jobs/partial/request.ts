/** The request of a partial fine-tuning, and the form fields of one. */
import type { RequestOf } from '../../../../../engine/contract/studio/index.ts';
import {
  type TunedBlocks,
  tunedModes,
  usualTunedBlocks,
} from '../../../../../engine/contract/tuned-blocks.ts';
import { type FinetuneDraft, type Suggested, trainingDraft, trainingOf } from '../../draft.ts';
import type { ResultJob } from '../result-job.ts';

/** @param depth of the network, where it is known */
export function partialRequest(
  draft: FinetuneDraft,
  suggested: Suggested,
  depth: number | undefined,
): RequestOf<'partial'> {
  const { tunedBlocks, partialSeeds } = draft;
  const blocks = tunedBlocks ?? (depth === undefined ? undefined : usualTunedBlocks(depth));
  return {
    kind: 'partial',
    ...(blocks === undefined ? {} : { blocks: [...blocks] }),
    seeds: partialSeeds,
    ...trainingOf(draft, suggested),
  };
}

export function partialDraft(request: RequestOf<'partial'>): Partial<FinetuneDraft> {
  const { blocks, seeds } = request;
  return { ...trainingDraft(request), tunedBlocks: blocks, partialSeeds: seeds };
}

const MOST_DEPTH = 1000;

export const partialTrainings: NonNullable<ResultJob<'partial'>['trainings']> = {
  count: ({ blocks, seeds }) => tunedModes(blocks ?? [], MOST_DEPTH).length * seeds * 2,
  rest: ({ request, results }) =>
    results === undefined ? request : { ...request, out: request.out ?? results },
};

/** Numbers of blocks as typed; invalid texts are left out. */
export function parseTunedBlocks(texts: readonly string[]): TunedBlocks[] {
  const blocks = texts.flatMap((text): TunedBlocks[] => {
    const typed = text.trim();
    if (typed === 'all') return ['all'];
    return /^\d{1,3}$/.test(typed) ? [Number(typed)] : [];
  });
  const place = (count: TunedBlocks) => (count === 'all' ? MOST_DEPTH : count);
  return [...new Set(blocks)].sort((a, b) => place(a) - place(b));
}
