/** What became of each tensor of a file of weights: nothing is used or left out in silence. */

export interface Ignored {
  readonly name: string;
  /** Why the network answers the same without it. */
  readonly reason: string;
}

export interface Reshaped {
  readonly name: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Names are the file's unless said otherwise; each is in `matched`, `ignored` or `unexpected`. */
export interface ImportReport {
  /** Whose names the tensors have; timm's are ConMIM's. */
  readonly names: 'conmim' | 'huggingFace';
  readonly matched: readonly string[];
  /** By the network's names: not in the file, and zero where they are left out. */
  readonly missing: readonly string[];
  /** Of no known use; what would change the network's answers is an error instead. */
  readonly unexpected: readonly string[];
  readonly ignored: readonly Ignored[];
  /** By the network's names: the same numbers in a shape with other ones in it. */
  readonly reshaped: readonly Reshaped[];
  /** How many of the used tensors were kept in another type, by that type. */
  readonly converted: Readonly<Record<string, number>>;
  /** What the file did not say and was assumed, one sentence each. */
  readonly notes: readonly string[];
}

/** Of networks that are taken from a run as they are. */
export function completeReport(names: Iterable<string>): ImportReport {
  return {
    names: 'conmim',
    matched: [...names],
    missing: [],
    unexpected: [],
    ignored: [],
    reshaped: [],
    converted: {},
    notes: [],
  };
}
