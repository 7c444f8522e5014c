/**
 * A run held open by this process: its lock, its log, its inbox, its status.
 *
 * Events and status never fail for want of disk space: what does not fit waits in memory and
 * `diskTrouble` says so, until `flush` gets it written.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Best } from '../checkpoint/checkpoint.ts';
import { cleanLeftovers } from '../checkpoint/save.ts';
import type { StudioError } from '../contract/errors.ts';
import { type Disk, isDiskFull, nodeDisk } from '../disk/disk.ts';
import { type Clock, systemClock } from './clock.ts';
import { takeCommands } from './control-inbox.ts';
import { EventLog } from './event-log.ts';
import type { TrainingEvent, WarningCode } from './events.ts';
import type { RunFolder } from './run-folder.ts';
import { RunLock } from './run-lock.ts';
import { LIVE_STATUSES, type RunRecord, type RunStatus } from './run-record.ts';

/** An event before it is given its time. */
export type EventDraft = WithoutTime<TrainingEvent>;
type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'time'> : never;

export interface SessionOptions {
  readonly disk?: Disk;
  readonly clock?: Clock;
  readonly onEvent?: (event: TrainingEvent) => void;
}

export class RunSession {
  readonly run: RunFolder;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly #lock: RunLock;
  readonly #onEvent: (event: TrainingEvent) => void;
  #log: EventLog | undefined;
  #trouble: StudioError | undefined;

  private constructor(run: RunFolder, lock: RunLock, options: SessionOptions) {
    this.run = run;
    this.disk = options.disk ?? nodeDisk;
    this.clock = options.clock ?? systemClock;
    this.#onEvent = options.onEvent ?? (() => undefined);
    this.#lock = lock;
  }

  /**
   * Open a run for training: nobody else can until `close`.
   *
   * @throws StudioError `run-locked`
   */
  static async open(run: RunFolder, options: SessionOptions = {}): Promise<RunSession> {
    const session = new RunSession(run, RunLock.acquire(run.dir), options);
    try {
      await run.refresh();
      await cleanLeftovers(run.checkpointsDir, session.disk);
      for (const name of await readdir(run.dir)) {
        if (/\.tmp-\d+$/.test(name)) await session.disk.remove(path.join(run.dir, name));
      }
      // Commands to an earlier process are void.
      takeCommands(run.controlDir);
      return session;
    } catch (error) {
      session.#lock.release();
      throw error;
    }
  }

  /** What could not be written for want of space. */
  get diskTrouble(): StudioError | undefined {
    return this.#trouble;
  }

  /** Begin or restart the log at a state of `step` completed steps. */
  async startLog(step: number): Promise<void> {
    await this.#log?.close();
    this.#log = await EventLog.open(this.run, step, this.clock.now(), this.disk);
  }

  async emit(draft: EventDraft): Promise<void> {
    const event = { ...draft, time: this.clock.now() } as TrainingEvent;
    this.#onEvent(event);
    await this.#tolerant(async () => this.#log?.write(event));
  }

  /** @param step the step that the warning is about */
  async warn(step: number, code: WarningCode, message: string, advice?: string): Promise<void> {
    const extra = advice === undefined ? {} : { advice };
    await this.emit({ type: 'warning', step, code, message, ...extra });
  }

  /** Change status in run.json and tell it. */
  async setStatus(
    status: RunStatus,
    step: number,
    reason?: { readonly code: string; readonly message: string },
  ): Promise<void> {
    const pid = LIVE_STATUSES.has(status) ? process.pid : undefined;
    await this.#tolerant(() => this.run.update({ status, step, reason, pid }, this.clock.now()));
    await this.emit({ type: 'status', step, status, ...(reason === undefined ? {} : { reason }) });
  }

  /** Record progress in run.json and get the log onto the device. */
  async recordProgress(step: number, best?: Best): Promise<void> {
    await this.#tolerant(async () => {
      const known = best === undefined ? {} : { best };
      await this.run.update({ step, ...known }, this.clock.now());
      await this.#log?.sync();
    });
  }

  /** Keep in run.json what the run had to change in its recipe. */
  async recordRecipe(change: Readonly<Record<string, unknown>>): Promise<void> {
    const recipe = { ...this.run.record.recipe, ...change };
    await this.#tolerant(() => this.run.update({ recipe }, this.clock.now()));
  }

  /** Keep in run.json what it computes on now. */
  async recordDevice(
    fields: Pick<RunRecord, 'device'> & { deviceReason: string | undefined },
  ): Promise<void> {
    await this.#tolerant(() => this.run.update(fields, this.clock.now()));
  }

  /**
   * Write what waits.
   *
   * @throws StudioError `disk-full`
   */
  async flush(): Promise<void> {
    await this.#log?.flush();
    await this.run.update({}, this.clock.now());
    this.#trouble = undefined;
  }

  /** @throws StudioError `run-lock-lost` */
  beat(): void {
    this.#lock.beat();
  }

  takeCommands(): ReturnType<typeof takeCommands> {
    return takeCommands(this.run.controlDir);
  }

  /** Give the run up; doing it again does nothing. */
  async close(): Promise<void> {
    try {
      await this.#log?.close();
    } finally {
      this.#lock.release();
    }
  }

  async #tolerant(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#trouble = error as StudioError;
    }
  }
}
