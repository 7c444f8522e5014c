/** What the threads that watch ranks tell one another and their processes. */
import type { ErrorRecord } from '../../contract/errors.ts';

/** A rank that is lost, or that told why it fails. */
export type Finding =
  /** `ended`: its connection closed. `silent`: no sign of life within the limit. */
  | { readonly rank: number; readonly why: 'ended' | 'silent' }
  | { readonly rank: number; readonly error: ErrorRecord };

/** One line of JSON between two ranks. */
export type LinkMessage =
  /** The first one of a rank that connects to rank 0. */
  | { readonly type: 'hello'; readonly rank: number; readonly token: string }
  | { readonly type: 'beat' }
  /** It ends as planned, together with all others. */
  | { readonly type: 'bye' }
  | { readonly type: 'finding'; readonly finding: Finding };

export interface WatchData {
  readonly rank: number;
  readonly size: number;
  /** Without a sign of life for so long a rank counts as lost; 0: never. */
  readonly limitMs: number;
  /** Rank 0 only: where the others reach it. */
  readonly open?: { readonly address: string; readonly token: string };
}

/** Where the other ranks reach rank 0. */
export interface Door {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly token: string;
}

export type WatchOrder =
  | { readonly do: 'connect'; readonly door: Door }
  /** Tell the others why this rank fails. */
  | { readonly do: 'tell'; readonly error: ErrorRecord }
  | { readonly do: 'close' };

export type WatchReport =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'connected' }
  | { readonly type: 'unreachable'; readonly reason: string }
  | { readonly type: 'finding'; readonly finding: Finding };
