/**
 * All jobs of a workspace: waiting, running and ended ones.
 *
 * The job folders are authoritative. Of several hosts with the same workspace, the one that holds
 * the queue's lock starts jobs; the others list them and can add more.
 */

import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { type JobRequest, jobArguments, jobOf, resumedRun } from '../../contract/jobs/register.ts';
import type { Precision } from '../../contract/precision.ts';
import type { Job } from '../../contract/studio/jobs.ts';
import { asDiskError, isDiskFull, makeFolder, namesIn, onDisk } from '../../disk/disk.ts';
import { Lock } from '../../disk/lock.ts';
import { commandRun } from '../../runs/command-run.ts';
import { findRun } from '../../runs/run-folder.ts';
import { Turns } from '../turns.ts';
import {
  createJobFolder,
  jobsDir,
  readJobRecord,
  readResult,
  requestStop,
  writeResult,
} from './job-folder.ts';
import { isEnded, JobFollower } from './job-follower.ts';
import { endJobProcess, type JobProcessOptions, startJobProcess } from './job-processes.ts';
import { jobTitle } from './job-title.ts';
import { laneOf, startable } from './lanes.ts';
import { QueueOrder } from './queue-order.ts';

const SHOWN_ENDED = 300;
const TICK_MS = 500;
/** Ticks between two searches for jobs of other hosts. */
const LOOK_EVERY_TICKS = 4;

export interface JobBoardEvents {
  onJob(job: Job): void;
  onRemoved(id: string): void;
  onQueue(waiting: readonly string[]): void;
}

export interface JobBoardOptions extends JobProcessOptions {
  /** Whether jobs are requested by a surface that is confined to folders. */
  readonly confined: boolean;
  readonly events: JobBoardEvents;
  /** The device that `auto` resolves to. */
  autoDevice(precision: Precision): string;
}

export class JobBoard {
  readonly #options: JobBoardOptions;
  readonly #root: string;
  readonly #followers = new Map<string, JobFollower>();
  /** Folders that are not jobs. */
  readonly #foreign = new Set<string>();
  readonly #runDevices = new Map<string, string>();
  readonly #order: QueueOrder;
  #lock: Lock | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #closed = false;
  /** Changes of folders run one after the other. */
  readonly #turns = new Turns({ atOnce: 1, waiting: Number.POSITIVE_INFINITY });

  private constructor(options: JobBoardOptions) {
    this.#options = options;
    this.#root = jobsDir(options.workspace);
    this.#order = new QueueOrder(this.#root);
  }

  static async open(options: JobBoardOptions): Promise<JobBoard> {
    const board = new JobBoard(options);
    await onDisk(board.#root, () => makeFolder(board.#root));
    await board.#look();
    await board.#refresh(true);
    await board.#claim();
    board.#schedule();
    return board;
  }

  /** Whether this host starts the jobs. */
  get runsQueue(): boolean {
    return this.#lock !== undefined;
  }

  /** Waiting jobs in their order, then running ones, then the newest that have ended. */
  list(): Job[] {
    const jobs = [...this.#followers.values()].map(({ job }) => job);
    const newest = (a: Job, b: Job) => b.createdAt.localeCompare(a.createdAt);
    const waiting = this.#waiting().map(({ job }) => job);
    const running = jobs.filter(({ state }) => state === 'running').sort(newest);
    const ended = jobs.filter(({ state }) => isEnded(state)).sort(newest);
    return [...waiting, ...running, ...ended.slice(0, SHOWN_ENDED)];
  }

  /** @throws StudioError `job-not-found` */
  get(id: string): JobFollower {
    const follower = this.#followers.get(id);
    if (follower !== undefined) return follower;
    throw new StudioError('job-not-found', `There is no job "${id}".`, {
      advice: 'It may have been dismissed in another window.',
    });
  }

  /** The newest job that created or resumed a run. */
  ofRun(run: string): Job | undefined {
    let found: Job | undefined;
    for (const { job } of this.#followers.values())
      if (job.run === run && (found === undefined || job.createdAt > found.createdAt)) found = job;
    return found;
  }

  submit(request: JobRequest): Promise<Job> {
    return this.#turns.run(async () => {
      const now = new Date().toISOString();
      const id = `${now.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${request.kind}-${randomBytes(3).toString('hex')}`;
      const { hasResults } = jobOf(request);
      const named = hasResults && 'out' in request ? request.out : undefined;
      const results = named ?? path.join(this.#root, id, 'results');
      const places = { workspace: path.resolve(this.#options.workspace), results };
      await this.#rememberDevice(request);
      const dir = await createJobFolder(this.#options.workspace, {
        format: 1,
        id,
        title: jobTitle(request),
        createdAt: now,
        request,
        arguments: jobArguments(request, places),
        ...(hasResults ? { results } : {}),
        ...(this.#options.confined ? { confined: true } : {}),
      });
      const follower = await this.#follow(dir);
      await this.#saveOrder([...this.#order.ids, id]);
      this.#options.events.onJob(follower!.job);
      await this.#startNext();
      return follower!.job;
    });
  }

  /** Move a waiting job before another one. @param before a waiting job; the end without it */
  move(id: string, before: string | undefined): Promise<void> {
    return this.#turns.run(async () => {
      if (this.get(id).job.state !== 'waiting') throw notWaiting(id);
      const rest = this.#waiting()
        .map(({ record }) => record.id)
        .filter((other) => other !== id);
      const at = before === undefined ? rest.length : rest.indexOf(before);
      if (at < 0) throw notWaiting(before ?? '');
      await this.#saveOrder([...rest.slice(0, at), id, ...rest.slice(at)]);
    });
  }

  stop(id: string): Promise<Job> {
    return this.#turns.run(async () => {
      const follower = this.get(id);
      const { state, run } = follower.job;
      if (state === 'waiting') {
        await writeResult(follower.dir, {
          endedAt: new Date().toISOString(),
          exitCode: 0,
          withdrawn: true,
        });
      } else if (state === 'running') {
        // On a full disk the request cannot be recorded, and the job must end all the same.
        await requestStop(follower.dir).catch((error: unknown) => {
          if (!isDiskFull(asDiskError(error, follower.dir))) throw error;
        });
        // A training saves a checkpoint before it ends.
        if (jobOf(follower.record.request).hasRun && run !== undefined) {
          commandRun(await findRun(this.#options.workspace, run), 'stop');
        } else endJobProcess(follower.dir);
      }
      if (await follower.refresh()) this.#options.events.onJob(follower.job);
      await this.#saveOrder(this.#order.ids);
      return follower.job;
    });
  }

  forget(id: string): Promise<void> {
    return this.#turns.run(async () => {
      const follower = this.get(id);
      if (!isEnded(follower.job.state))
        throw new StudioError('job-live', `"${follower.job.title}" has not ended.`, {
          advice: 'Stop it first.',
        });
      await rm(follower.dir, { recursive: true, force: true, maxRetries: 3 });
      this.#drop(id);
    });
  }

  /** Close the board; running jobs continue. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#turns.run(async () => {});
    this.#lock?.release();
    this.#lock = undefined;
  }

  #schedule(): void {
    this.#timer = setTimeout(async () => {
      await this.#turns.run(() => this.#tick()).catch(() => undefined);
      if (!this.#closed) this.#schedule();
    }, TICK_MS);
  }

  async #tick(): Promise<void> {
    this.#ticks += 1;
    if (this.#ticks % LOOK_EVERY_TICKS === 0) {
      await this.#look();
      await this.#claim();
    }
    await this.#refresh(false);
    await this.#startNext();
  }

  /** If another host holds the queue, or the disk is full, every look tries again. */
  async #claim(): Promise<void> {
    if (this.#closed || this.#holdsQueue()) return;
    try {
      this.#lock = await Lock.acquire(this.#root, { what: 'The queue of jobs', wait: false });
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
    }
  }

  /** Another host may have taken the lock while this machine slept. */
  #holdsQueue(): boolean {
    try {
      this.#lock?.check();
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.#lock?.release();
      this.#lock = undefined;
    }
    return this.#lock !== undefined;
  }

  /** Find new and removed jobs, and the order of waiting ones. */
  async #look(): Promise<void> {
    const names = new Set(await namesIn(this.#root));
    for (const name of names) {
      if (name.startsWith('.') || this.#followers.has(name) || this.#foreign.has(name)) continue;
      const follower = await this.#follow(path.join(this.#root, name));
      if (follower === undefined) this.#foreign.add(name);
      else {
        await follower.refresh();
        this.#options.events.onJob(follower.job);
      }
    }
    for (const id of this.#followers.keys()) if (!names.has(id)) this.#drop(id);
    if (await this.#order.read()) this.#tellOrder();
  }

  async #refresh(all: boolean): Promise<void> {
    for (const follower of this.#followers.values()) {
      if (isEnded(follower.job.state)) continue;
      const changed = await follower.refresh();
      if (changed || all) this.#options.events.onJob(follower.job);
    }
  }

  async #follow(dir: string): Promise<JobFollower | undefined> {
    const record = await readJobRecord(dir);
    if (record === undefined) return undefined;
    // If the run is gone, the job fails with an error that names it when it starts.
    await this.#rememberDevice(record.request).catch(() => undefined);
    const follower = new JobFollower(dir, record);
    this.#followers.set(record.id, follower);
    return follower;
  }

  #drop(id: string): void {
    this.#followers.delete(id);
    this.#options.events.onRemoved(id);
  }

  #waiting(): JobFollower[] {
    const all = [...this.#followers.values()];
    return this.#order.sorted(all.filter(({ job }) => job.state === 'waiting'));
  }

  async #saveOrder(order: readonly string[]): Promise<void> {
    const waiting = new Set(this.#waiting().map(({ record }) => record.id));
    await this.#order.save(order.filter((id) => waiting.has(id)));
    this.#tellOrder();
  }

  #tellOrder(): void {
    this.#options.events.onQueue(this.#waiting().map(({ record }) => record.id));
  }

  #lane({ record: { request } }: JobFollower): string {
    return laneOf(request, {
      auto: this.#options.autoDevice,
      ofRun: (run) => this.#runDevices.get(run),
    });
  }

  /** Look up the device of a run that is resumed. */
  async #rememberDevice(request: JobRequest): Promise<void> {
    const run = resumedRun(request);
    if (run === undefined) return;
    const { record } = await findRun(this.#options.workspace, run);
    this.#runDevices.set(run, record.device);
  }

  async #startNext(): Promise<void> {
    if (this.#closed || !this.#holdsQueue()) return;
    const withLane = (follower: JobFollower) => ({ follower, lane: this.#lane(follower) });
    const running = [...this.#followers.values()]
      .filter(({ job }) => job.state === 'running')
      .map(withLane);
    const next = startable(this.#waiting().map(withLane), running);
    for (const { follower } of next) {
      // Another host may have ended it in the meantime.
      if ((await readResult(follower.dir)) !== undefined) continue;
      await startJobProcess(follower.dir, this.#options);
      await follower.refresh();
      this.#options.events.onJob(follower.job);
    }
    if (next.length > 0) await this.#saveOrder(this.#order.ids);
  }
}

function notWaiting(id: string): StudioError {
  return new StudioError('job-not-waiting', `The job ${id} does not wait any more.`, {
    advice: 'Only jobs that wait can change places.',
  });
}
