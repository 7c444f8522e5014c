/** The state of a job, read from its folder repeatedly until it ends. */
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { shellText } from '../../contract/shell-text.ts';
import { errorSchema, type Job, type JobState } from '../../contract/studio/jobs.ts';
import { isLocked } from '../../disk/is-locked.ts';
import { processExists } from '../../platform/process-exists.ts';
import { LineTail, lastLines, parseRecord } from '../line-tail.ts';
import {
  ERRORS_FILE,
  isStopRequested,
  type JobRecord,
  type JobResult,
  type Launched,
  OUTPUT_FILE,
  readLaunched,
  readResult,
} from './job-folder.ts';

/** Most time from the start of a process to its lock. */
const STARTUP_MS = 30_000;
const SHOWN_LINES = 12;
const KEPT_WARNINGS = 50;
const ENDED: ReadonlySet<JobState> = new Set(['done', 'failed', 'stopped', 'died']);

/** Types of records written while a job runs; the last record of another type is its result. */
const PROGRESS_TYPES: ReadonlySet<string> = new Set([
  'run',
  'weights',
  'warning',
  'progress',
  'cell',
  'trial',
  'trial-failed',
  'check',
  'device',
  'error',
  'epoch',
  'evaluation',
  'pictures',
  'checkpoint',
  'status',
  'broken-image',
  'left-out',
  'machine',
  'learning',
  'predicting',
  'rewind',
]);

export function isEnded(state: JobState): boolean {
  return ENDED.has(state);
}

export class JobFollower {
  readonly dir: string;
  readonly record: JobRecord;
  readonly #output: LineTail;
  #job: Job;
  #runStatus: string | undefined;
  #wasAlive = false;

  constructor(dir: string, record: JobRecord) {
    this.dir = dir;
    this.record = record;
    this.#output = new LineTail(path.join(dir, OUTPUT_FILE));
    const { id, title, request, createdAt, results } = record;
    this.#job = {
      id,
      title,
      request,
      createdAt,
      state: 'waiting',
      warnings: [],
      command: shellText(['conmim', ...record.arguments]),
      ...(results === undefined ? {} : { results }),
    };
  }

  get job(): Job {
    return this.#job;
  }

  /** Read what is new. @returns whether the job has changed */
  async refresh(now = Date.now()): Promise<boolean> {
    if (isEnded(this.#job.state)) return false;
    const before = this.#job;
    // The result is read first, so that all that was written before it is read afterwards.
    const [result, launched] = [await readResult(this.dir), await readLaunched(this.dir)];
    const alive = result === undefined && isLocked(this.dir);
    if (launched !== undefined) this.#change({ startedAt: launched.at });
    await this.#output.read((line) => this.#take(line));
    if (result !== undefined) await this.#end(result);
    else if (alive) {
      this.#wasAlive = true;
      this.#change({ state: 'running' });
    } else if (launched !== undefined) await this.#handleMissingProcess(launched, now);
    return this.#job !== before;
  }

  #change(change: Partial<Job>): void {
    const keys = Object.keys(change) as (keyof Job)[];
    if (keys.some((key) => change[key] !== this.#job[key])) this.#job = { ...this.#job, ...change };
  }

  #take(line: string): void {
    const record = parseRecord(line);
    const type = record?.['type'];
    if (record === undefined || typeof type !== 'string') return;
    if (type === 'run') this.#change({ run: String(record['id']) });
    if (type === 'warning')
      this.#change({
        warnings: [...this.#job.warnings, String(record['message'])].slice(-KEPT_WARNINGS),
      });
    if (type === 'error') {
      const error = errorSchema.safeParse(record).data;
      if (error !== undefined) this.#change({ error });
    }
    if (type === 'status') this.#runStatus = String(record['status']);
    const { done, total, text } = record as { done?: unknown; total?: unknown; text?: unknown };
    if (typeof done === 'number' && typeof total === 'number')
      this.#change({ progress: { done, total, ...(typeof text === 'string' ? { text } : {}) } });
    if (!PROGRESS_TYPES.has(type)) this.#change({ result: record });
  }

  async #end({ endedAt, exitCode, withdrawn }: JobResult): Promise<void> {
    const asked = withdrawn === true || isStopRequested(this.dir);
    const stopped = asked || this.#runStatus === 'stopped';
    // A training that was stopped exits with success but is not complete.
    const unfinished = exitCode !== 0 || this.#runStatus === 'stopped' || withdrawn === true;
    const state = !unfinished ? 'done' : stopped ? 'stopped' : 'failed';
    // The reason is read at once, so that a failure is never shown without it.
    const reason = state === 'failed' ? await this.#readReason() : {};
    this.#change({ state, endedAt, ...reason });
  }

  /** Handle a process that was started and holds no lock. */
  async #handleMissingProcess({ at, pid }: Launched, now: number): Promise<void> {
    // A process takes its lock with its first lines of code.
    const isStarting = !this.#wasAlive && now - Date.parse(at) < STARTUP_MS && processExists(pid);
    if (isStarting) return this.#change({ state: 'running' });
    const result = await readResult(this.dir);
    if (result !== undefined) return this.#end(result);
    const asked = isStopRequested(this.dir);
    const reason = asked ? {} : await this.#readReason();
    const endedAt = new Date(now).toISOString();
    this.#change({ state: asked ? 'stopped' : 'died', endedAt, ...reason });
  }

  async #readReason(): Promise<Partial<Job>> {
    const lines = await lastLines(path.join(this.dir, ERRORS_FILE), SHOWN_LINES);
    if (this.#job.error !== undefined) return { lastLines: lines };
    const error = new StudioError(
      'job-died',
      'Process exited unexpectedly, for example by a crash, a power cut or lack of memory.',
      { advice: 'Resume continues a training from its newest checkpoint.' },
    );
    return { lastLines: lines, error: error.toJSON() };
  }
}
