/** Notifications about runs in training. */
import path from 'node:path';
import type { RunEvent, RunSummary } from '../../contract/studio/runs.ts';
import { LIVE_STATUSES } from '../../runs/run-record.ts';
import { LineTail, parseRecord } from '../line-tail.ts';
import type { RunCatalogue } from './run-catalogue.ts';
import { stepNumbers } from './run-history.ts';

/** That are read where they are shown. */
const READ_APART: ReadonlySet<string> = new Set(['machine', 'learning', 'rank-speed']);
const LOOK_MS = 500;
/** Bytes at the end of a log that include its last step. */
const LAST_BYTES = 64 * 1024;

interface Watched {
  readonly tail: LineTail;
  latest: Record<string, number> | undefined;
  told: string;
}

export interface LiveRunUpdate {
  readonly run: RunSummary;
  readonly latest?: Record<string, number>;
  readonly events: RunEvent[];
}

export class LiveRuns {
  readonly #catalogue: RunCatalogue;
  readonly #report: (news: LiveRunUpdate) => void;
  readonly #watched = new Map<string, Watched>();
  readonly #due = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param running ids of runs whose jobs are running */
  constructor(
    catalogue: RunCatalogue,
    running: () => readonly string[],
    tell: (news: LiveRunUpdate) => void,
  ) {
    this.#catalogue = catalogue;
    this.#report = tell;
    const look = async () => {
      const live = new Set(running());
      const due = [...this.#due];
      this.#due.clear();
      // Runs that have just ended are read once more, for their last events. Runs of the command line
      // have no job, so their own status says whether they go on.
      for (const id of new Set([...this.#watched.keys(), ...live, ...due])) {
        const goesOn = await this.#look(id).catch(() => false);
        if (!live.has(id) && !goesOn) this.#watched.delete(id);
      }
      if (!this.#closed) this.#timer = setTimeout(look, LOOK_MS);
    };
    this.#timer = setTimeout(look, LOOK_MS);
  }

  /** Watch a run that may begin and end between two looks. */
  expect(id: string): void {
    this.#due.add(id);
  }

  /** Watch those that are being trained, whoever started them: somebody looks at them. */
  expectLive(runs: readonly Pick<RunSummary, 'id' | 'status'>[]): void {
    for (const { id, status } of runs) if (isLive(status)) this.expect(id);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** @returns whether it is being trained */
  async #look(id: string): Promise<boolean> {
    const { dir, summary } = await this.#catalogue.get(id);
    let watched = this.#watched.get(id);
    // Events that are present at first sight, or again after a resume, are not reported as new.
    let old = watched === undefined;
    if (watched === undefined) {
      watched = { tail: new LineTail(path.join(dir, 'events.jsonl')), latest: undefined, told: '' };
      this.#watched.set(id, watched);
    }
    const events: RunEvent[] = [];
    let moved = false;
    await watched.tail.read(
      (line) => {
        const event = parseRecord(line);
        if (event === undefined || typeof event['type'] !== 'string') return;
        moved = true;
        if (event['type'] === 'step') watched.latest = stepNumbers(event);
        else if (!old && !READ_APART.has(event['type'])) events.push(event as RunEvent);
      },
      {
        last: LAST_BYTES,
        onRestart: () => {
          old = true;
        },
      },
    );
    // The record is written with checkpoints only; step events are more recent.
    const step = Math.max(summary.step, watched.latest?.['step'] ?? 0);
    const run = { ...summary, step };
    const told = JSON.stringify(run);
    if (moved || told !== watched.told) {
      watched.told = told;
      const { latest } = watched;
      this.#report({ run, ...(latest === undefined ? {} : { latest }), events });
    }
    return isLive(run.status);
  }
}

function isLive(status: RunSummary['status']): boolean {
  return (LIVE_STATUSES as ReadonlySet<string>).has(status);
}
