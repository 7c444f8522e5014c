/** The checkpoints of a run in training: which is the newest good one, which are damaged, which stay. */
import path from 'node:path';
import {
  type Checkpoint,
  type CheckpointEntry,
  type LoaderPosition,
  listCheckpoints,
  loadNewestValid,
  type RejectedCheckpoint,
} from '../../checkpoint/checkpoint.ts';
import { type KeepPolicy, pruneCheckpoints, saveCheckpoint } from '../../checkpoint/save.ts';
import { asDiskError, isDiskFull } from '../../disk/disk.ts';
import type { RunSession } from '../../runs/run-session.ts';
import type { Learner } from '../../tasks/learner.ts';
import type { DiskFullPause } from './disk-full-pause.ts';

export class CheckpointKeeper {
  readonly #session: RunSession;
  readonly #pause: DiskFullPause;
  readonly #policy: KeepPolicy & { readonly versions: Readonly<Record<string, string>> };
  readonly #damaged = new Set<number>();
  #newest: CheckpointEntry | undefined;

  constructor(
    session: RunSession,
    pause: DiskFullPause,
    policy: KeepPolicy & { readonly versions: Readonly<Record<string, string>> },
  ) {
    this.#session = session;
    this.#pause = pause;
    this.#policy = policy;
  }

  /** The newest good checkpoint that is an ancestor of the state in training. */
  get newest(): CheckpointEntry | undefined {
    return this.#newest;
  }

  folderOf(step: number): string {
    return path.join(this.#session.run.checkpointsDir, String(step));
  }

  /**
   * Take over a run whose state stands at `step`.
   * @param rejected checkpoints that were found damaged on the way
   */
  async begin(step: number, rejected: readonly RejectedCheckpoint[]): Promise<void> {
    await this.#reject(rejected);
    const entries = await listCheckpoints(this.#session.run.checkpointsDir);
    this.#newest = entries.find((entry) => entry.step === step && !this.#damaged.has(step));
  }

  /**
   * Save the learner's state, waiting for disk space if need be, and remove what the policy does not keep.
   *
   * @throws StudioError `state-not-finite`, or `disk-full` when asked to stop meanwhile
   */
  async save(learner: Learner<never>, position: LoaderPosition): Promise<void> {
    const { clock, disk, run } = this.#session;
    const { versions } = this.#policy;
    const { step } = position;
    const root = run.checkpointsDir;
    const began = clock.elapsed();
    const state = await learner.readState();
    await this.#session.beat();
    const { folder, bytes } = await this.#pause.retry(step, () =>
      saveCheckpoint({ root, position, state, versions, disk, now: clock.now() }),
    );
    this.#newest = { step, folder };
    this.#damaged.delete(step);
    const kept = position.best === undefined ? {} : { best: position.best.step };
    const options = { ignored: this.#damaged, disk, ...kept };
    const removed = await this.#prune(step, options);
    const saveMs = clock.elapsed() - began;
    await this.#session.emit({ type: 'checkpoint', step, folder, bytes, saveMs, removed });
    await this.#session.recordProgress(step, position.best);
  }

  /** On a full disk nothing may be renamed; what should go then goes after the next save. */
  async #prune(step: number, options: Parameters<typeof pruneCheckpoints>[3]): Promise<number[]> {
    const root = this.#session.run.checkpointsDir;
    try {
      return await pruneCheckpoints(root, step, this.#policy, options);
    } catch (error) {
      if (isDiskFull(asDiskError(error, root))) return [];
      throw error;
    }
  }

  /**
   * The newest checkpoint that verifies, to go back to.
   *
   * @param from the step that training stands at
   * @param accept further condition
   */
  async goBack(
    from: number,
    accept: (position: LoaderPosition) => boolean = () => true,
  ): Promise<Checkpoint | undefined> {
    const { checkpoint, rejected } = await loadNewestValid(
      this.#session.run.checkpointsDir,
      ({ step, position }) => step <= from && accept(position),
    );
    await this.#reject(rejected);
    if (checkpoint !== undefined) {
      this.#newest = { step: checkpoint.step, folder: checkpoint.folder };
    }
    return checkpoint;
  }

  async #reject(rejected: readonly RejectedCheckpoint[]): Promise<void> {
    for (const { step, reason } of rejected) {
      this.#damaged.add(step);
      const advice = 'It stays where it is until training comes past this step again.';
      await this.#session.warn(step, 'checkpoint-damaged', reason, advice);
    }
  }
}
