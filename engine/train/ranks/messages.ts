/**
 * What the ranks of a run tell one another. Rank 0 decides and leads: each of its decisions is an
 * instruction that the others follow, so all call the same collectives in the same order.
 */
import type { Collectives } from '../../collectives/collectives.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { StepScalars } from '../../tasks/learner.ts';
import type { LoadedBatch } from '../../tasks/training-loader.ts';
import type { RankWork } from './rank-work.ts';

export type Instruction =
  /**
   * Load your share of the batch of a step, and tell how that went. `besideMs` is what rank 0 did since
   * the last step that the others have no part in, such as an evaluation.
   */
  | { readonly do: 'load'; readonly step: number; readonly besideMs: number }
  /** Compute the step with the batch that was loaded last. */
  | { readonly do: 'step'; readonly scalars: StepScalars }
  /** Take the state of rank 0. */
  | { readonly do: 'take-state' }
  /** Compare the states of all. */
  | { readonly do: 'compare' }
  /** Compare the weights of all. */
  | { readonly do: 'compare-weights' }
  /** Sum so many numbers, to measure the link. */
  | { readonly do: 'measure'; readonly elements: number }
  /** Compute the batch that was loaded last without the others, to measure the time. */
  | { readonly do: 'time-step'; readonly scalars: StepScalars }
  | { readonly do: 'end' };

/** What a rank says of the batch that it has loaded, and of its work since it said so last. */
export type LoadReport =
  | (Pick<LoadedBatch<never>, 'images' | 'waitMs' | 'replaced' | 'damaged' | 'epoch'> & {
      readonly work: RankWork;
    })
  | { readonly error: ErrorRecord };

/** Give all ranks what rank 0 has; the others give nothing. */
export async function shareJson<T>(ranks: Collectives, value?: T): Promise<T> {
  const own = ranks.rank === 0 ? Buffer.from(JSON.stringify(value)) : undefined;
  const length = Uint32Array.of(own?.length ?? 0);
  await ranks.broadcast(new Uint8Array(length.buffer));
  const bytes = own ?? Buffer.alloc(length[0]!);
  await ranks.broadcast(bytes);
  return JSON.parse(bytes.toString()) as T;
}

/** What each rank gives, by rank, on all ranks. */
export async function gatherJson<T>(ranks: Collectives, value: T): Promise<T[]> {
  const all = await ranks.gather(Buffer.from(JSON.stringify(value)));
  return all.map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as T);
}
