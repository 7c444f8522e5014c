/**
 * A run held open by this process: its lock, its log, its inbox, its status.
 *
 * Events and status never fail for want of disk space: what does not fit waits in memory and
 * `diskTrouble` says so, until `flush` gets it written. Nothing is written once the lock is lost.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Best } from '../checkpoint/checkpoint.ts';
import { cleanLeftovers } from '../checkpoint/save.ts';
import { StudioError } from '../contract/errors.ts';
import type { WarningCode } from '../contract/warning-codes.ts';
import { asDiskError, type Disk, isDiskFull, nodeDisk } from '../disk/disk.ts';
import { Lock } from '../disk/lock.ts';
import { lockLeftovers } from '../disk/lock-files.ts';
import type { LockWatch } from '../disk/lock-watch.ts';
import { DiskReserve } from '../disk/reserve.ts';
import { type Clock, systemClock } from './clock.ts';
import { takeCommands } from './control-inbox.ts';
import { EventLog } from './event-log.ts';
import type { ExpectedStep, RankSpeed, RunRank, StatusReason, TrainingEvent } from './events.ts';
import type { RunFolder } from './run-folder.ts';
import { LIVE_STATUSES, type RunRecord, type RunStatus } from './run-record.ts';

/** An event before it is given its time. */
export type EventDraft = WithoutTime<TrainingEvent>;
type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'time'> : never;

export interface SessionOptions {
  readonly disk?: Disk;
  readonly clock?: Clock;
  readonly onEvent?: (event: TrainingEvent) => void;
  /** Told in words what is waited for, where the run may still be open elsewhere. */
  readonly onWait?: (text: string) => void;
  /** Looks at the lock; tests give their own. */
  readonly watch?: LockWatch;
}

/** What lies in the folder of a run as long as it is one. */
const MARK = 'run.json';
const RESERVE = '.reserve';

export class RunSession {
  readonly run: RunFolder;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly #lock: Lock;
  readonly #onEvent: (event: TrainingEvent) => void;
  #log: EventLog | undefined;
  /** Events from before the log could be opened, or opened again. */
  #unlogged: TrainingEvent[] = [];
  #trouble: StudioError | undefined;
  readonly #reserve: DiskReserve;
  #wasRestored = false;
  #isLogging = false;
  /** Of the last event. */
  #step = 0;
  /** That were told last, for run.json. */
  #speeds: readonly RankSpeed[] = [];

  private constructor(run: RunFolder, lock: Lock, options: SessionOptions) {
    this.run = run;
    this.disk = guardedDisk(options.disk ?? nodeDisk, () => this.#guard());
    this.clock = options.clock ?? systemClock;
    this.#onEvent = options.onEvent ?? (() => undefined);
    this.#lock = lock;
    this.#reserve = new DiskReserve(this.disk, path.join(run.dir, RESERVE));
  }

  /**
   * Open a run for training: nobody else can until `close`.
   *
   * @throws StudioError as {@link Lock.acquire} does: `run-locked`, `disk-full`, …
   */
  static async open(run: RunFolder, options: SessionOptions = {}): Promise<RunSession> {
    const { watch, onWait } = options;
    const lock = await Lock.acquire(run.dir, { mark: MARK, onWait, ...(watch && { watch }) });
    const session = new RunSession(run, lock, options);
    try {
      await run.refresh();
      await cleanLeftovers(run.checkpointsDir, session.disk);
      const unfinished = (await readdir(run.dir)).filter((name) => /\.tmp-\d+$/.test(name));
      for (const name of [...unfinished, ...lockLeftovers(run.dir)])
        await session.disk.remove(path.join(run.dir, name));
      // Commands to an earlier process are void.
      takeCommands(run.controlDir);
      // Here as long as there is room, so that a full disk can still be told to stop.
      await session.#tolerant(() => session.disk.makeFolder(run.controlDir));
      // A disk without space for it has room for the lock at least, and says so with the first event.
      await session.#tolerant(() => session.#reserve.take());
      return session;
    } catch (error) {
      lock.release();
      throw asDiskError(error, run.dir);
    }
  }

  /** What could not be written for want of space. */
  get diskTrouble(): StudioError | undefined {
    return this.#trouble;
  }

  /**
   * Begin or restart the log at a state of `step` completed steps.
   *
   * @throws StudioError `disk-full`; events meanwhile wait, and it can be called again
   */
  async startLog(step: number): Promise<void> {
    this.#guard();
    this.#isLogging = true;
    const before = this.#log;
    await before?.flush();
    this.#log = undefined;
    await before?.close();
    this.#log = await EventLog.open(this.run, step, this.clock.now(), this.disk);
    for (const event of this.#unlogged.splice(0)) await this.#tolerant(() => this.#write(event));
  }

  async emit(draft: EventDraft): Promise<void> {
    const event = { ...draft, time: this.clock.now() } as TrainingEvent;
    this.#step = event.step;
    if (event.type === 'rank-speed') this.#speeds = event.ranks;
    this.#onEvent(event);
    await this.#tolerant(() => this.#write(event));
  }

  async #write(event: TrainingEvent): Promise<void> {
    if (this.#log === undefined) this.#unlogged.push(event);
    else await this.#log.write(event);
  }

  /** @param step the step that the warning is about */
  async warn(step: number, code: WarningCode, message: string, advice?: string): Promise<void> {
    const extra = advice === undefined ? {} : { advice };
    await this.emit({ type: 'warning', step, code, message, ...extra });
  }

  /** Change status in run.json and tell it. */
  async setStatus(status: RunStatus, step: number, reason?: StatusReason): Promise<void> {
    const pid = LIVE_STATUSES.has(status) ? process.pid : undefined;
    const change = { status, step, reason, pid, ...this.#ranksWithSpeeds() };
    await this.#tolerant(() => this.run.update(change, this.clock.now()));
    await this.emit({ type: 'status', step, status, ...(reason === undefined ? {} : { reason }) });
  }

  /** Record progress in run.json and get the log onto the device. */
  async recordProgress(step: number, best?: Best): Promise<void> {
    await this.#tolerant(async () => {
      const known = best === undefined ? {} : { best };
      await this.run.update({ step, ...known, ...this.#ranksWithSpeeds() }, this.clock.now());
      await this.#log?.sync();
    });
  }

  /** Keep in run.json what the run had to change in its recipe. */
  async recordRecipe(change: Readonly<Record<string, unknown>>): Promise<void> {
    const recipe = { ...this.run.record.recipe, ...change };
    await this.#tolerant(() => this.run.update({ recipe }, this.clock.now()));
  }

  /** Keep in run.json the ranks that share its batches now; none where one process trains. */
  async recordRanks(given: readonly RunRank[] | undefined, expected?: ExpectedStep): Promise<void> {
    if (given === undefined && this.run.record.ranks === undefined) return;
    const ranks = given?.map((each) => ({ ...each }));
    await this.#tolerant(() =>
      this.run.update({ ranks, expected: expected && { ...expected } }, this.clock.now()),
    );
  }

  /** With what each did last; the log has it sooner. */
  #ranksWithSpeeds(): Partial<Pick<RunRecord, 'ranks'>> {
    const { ranks } = this.run.record;
    if (ranks === undefined || this.#speeds.length === 0) return {};
    return { ranks: ranks.map((each, rank) => ({ ...each, ...this.#speeds[rank] })) };
  }

  /** Keep in run.json what the full scan after a quick one found. */
  async recordContents(contents: string): Promise<void> {
    const dataset = { ...this.run.record.dataset, contents };
    await this.#tolerant(() => this.run.update({ dataset }, this.clock.now()));
  }

  /** Keep in run.json what it computes on now. */
  async recordDevice(
    fields: Pick<RunRecord, 'device'> & { deviceReason: string | undefined },
  ): Promise<void> {
    await this.#tolerant(() => this.run.update(fields, this.clock.now()));
  }

  /** Write what waits. @throws StudioError `disk-full` */
  async flush(): Promise<void> {
    this.#guard();
    // What was kept free has been used up, so the disk is full until it can be taken again.
    await this.#reserve.take();
    await this.#log?.flush();
    await this.run.update({}, this.clock.now());
    this.#trouble = undefined;
  }

  /**
   * Make sure that the run is still this process's.
   *
   * @throws StudioError `run-lock-lost`, `run-folder-removed`; then nothing is written any more
   */
  async beat(): Promise<void> {
    this.#guard();
    await this.#restoreLog();
    if (!this.#wasRestored) return;
    this.#wasRestored = false;
    await this.warn(
      this.#step,
      'lock-restored',
      'The lock of this run was removed while it was being trained; it has been made again.',
      'Never remove the file lock of a run whose process lives.',
    );
  }

  /** Files that were removed take what is written without an error, and lose it. */
  async #restoreLog(): Promise<void> {
    const isRemoved = this.#log?.isRemoved === true;
    if (!isRemoved && (this.#log !== undefined || !this.#isLogging)) return;
    await this.#tolerant(() => this.startLog(this.#step));
    if (!isRemoved) return;
    await this.warn(
      this.#step,
      'log-restored',
      'Files of this run’s log (events.jsonl, tensorboard) were removed while it was being trained: what they held is lost, and they have been begun again.',
      'The checkpoints are not touched by that; the curves begin anew.',
    );
  }

  #guard(): void {
    if (this.#lock.check().restored) this.#wasRestored = true;
  }

  takeCommands(): ReturnType<typeof takeCommands> {
    return takeCommands(this.run.controlDir);
  }

  /** Give the run up; doing it again does nothing. */
  async close(): Promise<void> {
    try {
      await this.#log?.close();
      await this.#reserve.release();
    } catch (error) {
      // Where the run is another process's, or gone, there is nothing left to clear away.
      if (!(error instanceof StudioError)) throw error;
    } finally {
      this.#lock.release();
    }
  }

  /** What has been kept free takes the status and what waits; the disk stays known as full. */
  async #flushReserved(): Promise<void> {
    try {
      await this.#log?.flush();
      await this.run.update({}, this.clock.now());
    } catch (error) {
      if (!isDiskFull(asDiskError(error, this.run.dir))) throw error;
    }
  }

  async #tolerant(write: () => Promise<unknown>): Promise<void> {
    this.#guard();
    try {
      await write();
    } catch (thrown) {
      const error = asDiskError(thrown, this.run.dir);
      if (!isDiskFull(error)) throw error;
      this.#trouble = error as StudioError;
      if (await this.#reserve.release()) await this.#flushReserved();
    }
  }
}

/** A disk on which nothing is made, moved or removed before `guard` has agreed. */
function guardedDisk(disk: Disk, guard: () => void): Disk {
  const guarded =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      guard();
      return work(...args);
    };
  return {
    ...disk,
    makeFolder: guarded(disk.makeFolder),
    create: guarded(disk.create),
    append: guarded(disk.append),
    rename: guarded(disk.rename),
    remove: guarded(disk.remove),
  };
}
