/** Report of an import: the use of each tensor of the file. */

export interface Ignored {
  readonly name: string;
  /** Why the outputs do not depend on it. */
  readonly reason: string;
}

export interface Reshaped {
  readonly name: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Names are those in the file unless stated, each in `matched`, `ignored` or `unexpected`. */
export interface ImportReport {
  /** The naming convention of the file; timm's names are ConMIM's. */
  readonly names: 'conmim' | 'huggingFace';
  readonly matched: readonly string[];
  /** The network's names of tensors that are missing in the file and zero. */
  readonly missing: readonly string[];
  /** Names of unknown tensors; one that would change the outputs is an error. */
  readonly unexpected: readonly string[];
  readonly ignored: readonly Ignored[];
  /** The network's names of tensors that were reshaped. */
  readonly reshaped: readonly Reshaped[];
  /** Number of converted tensors, by type in the file. */
  readonly converted: Readonly<Record<string, number>>;
  /** Assumptions where the file lacks information, one sentence each. */
  readonly notes: readonly string[];
}

/** The report for a network of a run. */
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
