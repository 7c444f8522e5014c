/**
 * Communication between the ranks of a run: processes that were started together, each with a part of
 * every batch. A collective is called by all ranks, in the same order and with the same sizes; it ends
 * when all have called it.
 */

/** What can be summed. */
export type SummedArray = Float32Array | Float64Array | Int32Array;

export interface Collectives {
  /** number of this process, from 0 */
  readonly rank: number;
  /** number of processes */
  readonly size: number;
  /** the library that communicates, with its version; left out where there is one rank */
  readonly library?: string;
  /** How long this rank has waited for others to come to collectives, ms; the slowest waits least. */
  readonly waitedMs?: number;

  /**
   * Add up the arrays of all ranks element by element, in place. All ranks get the same bits.
   * The array must be neither read nor transferred until the sum is there.
   */
  sum(values: SummedArray): Promise<void>;

  /** Replace the bytes of all ranks by those of `root`, in place. */
  broadcast(bytes: Uint8Array, root?: number): Promise<void>;

  /** The bytes of all ranks by rank, on every rank. Their sizes may differ. */
  gather(bytes: Uint8Array): Promise<Uint8Array[]>;

  /**
   * Exchange parts of equal size: rank r gets the r-th part of what each rank gives, by rank.
   *
   * @param bytes a multiple of the number of ranks
   */
  exchange(bytes: Uint8Array): Promise<Uint8Array>;

  /** Wait until all ranks are here. */
  barrier(): Promise<void>;

  /** End the processes of all ranks, this one included. */
  abort(exitCode: number): Promise<never>;

  /** Part from the others; all ranks do so before they end. */
  close(): Promise<void>;
}
