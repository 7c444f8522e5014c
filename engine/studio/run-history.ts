/** The events of a run so far, read from its `events.jsonl` and kept up to date. */
import path from 'node:path';
import {
  evaluationPointSchema,
  type RunEvent,
  SERIES,
  type Series,
  type SeriesName,
} from '../contract/studio/runs.ts';
import { Columns, type Pieces } from './columns.ts';
import { LineTail, parseRecord } from './line-tail.ts';

/** Most events besides steps and epochs that are kept; older ones are dropped. */
const KEPT_EVENTS = 20_000;
/** Most runs whose history stays in memory. */
const KEPT_RUNS = 8;

/** Types of events that are shown as warnings. */
const TROUBLE: ReadonlySet<string> = new Set(['warning', 'broken-image', 'rewind', 'error']);

interface EventPage {
  readonly offset: number;
  readonly count: number;
  readonly trouble?: boolean | undefined;
}

export class RunHistory {
  readonly #tail: LineTail;
  readonly #columns = new Columns<SeriesName>(SERIES);
  #events: RunEvent[] = [];
  #evaluations: Series['evaluations'] = [];
  #latest: Record<string, number> | undefined;
  #score = 'tokenMatch';
  #reading: Promise<void> | undefined;

  constructor(dir: string) {
    this.#tail = new LineTail(path.join(dir, 'events.jsonl'));
  }

  /** Reads what is new. */
  refresh(): Promise<void> {
    this.#reading ??= this.#tail
      .read(
        (lines) => {
          for (const line of lines) this.#take(line);
        },
        { onRestart: () => this.#clear() },
      )
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  series(
    names: readonly SeriesName[],
    range: {
      from?: number | undefined;
      to?: number | undefined;
      pieces: number;
      means?: boolean | undefined;
    },
  ): Series {
    const start = range.from === undefined ? 0 : this.#columns.firstAt(range.from);
    const end = range.to === undefined ? this.#columns.length : this.#columns.firstAt(range.to + 1);
    const thin = { start, end: Math.max(start, end), pieces: range.pieces };
    return {
      points: this.#columns.length,
      score: this.#score,
      curves: Object.fromEntries(names.map((name) => [name, this.#columns.thinned(name, thin)])),
      ...(range.means ? { means: this.#means(names, thin) } : {}),
      evaluations: this.#evaluations,
      ...(this.#latest === undefined ? {} : { latest: this.#latest }),
    };
  }

  /** Newest first. */
  events({ offset, count, trouble }: EventPage): { total: number; items: RunEvent[] } {
    const events = trouble ? this.#events.filter(({ type }) => TROUBLE.has(type)) : this.#events;
    const total = events.length;
    const end = Math.max(0, total - offset);
    const items = events.slice(Math.max(0, end - count), end).reverse();
    return { total, items };
  }

  #means(names: readonly SeriesName[], thin: Pieces) {
    return Object.fromEntries(
      names.flatMap((name) => {
        const curve = this.#columns.means(name, thin);
        return curve === undefined ? [] : [[name, curve]];
      }),
    );
  }

  #clear(): void {
    this.#columns.clear();
    this.#events = [];
    this.#evaluations = [];
    this.#latest = undefined;
  }

  #take(line: string): void {
    const event = parseRecord(line);
    if (event === undefined || typeof event['type'] !== 'string') return;
    if (event['type'] === 'step') {
      this.#takeStep(event);
      return;
    }
    if (event['type'] === 'evaluation') {
      const found = evaluationPointSchema.safeParse(event).data;
      if (found !== undefined) this.#evaluations.push(found);
    }
    this.#events.push(event as RunEvent);
    if (this.#events.length > KEPT_EVENTS) this.#events.splice(0, KEPT_EVENTS / 10);
  }

  #takeStep(event: Record<string, unknown>): void {
    const numbers = stepNumbers(event);
    this.#score = scoreNameOf(event);
    this.#latest = numbers;
    this.#columns.push(Number(event['step']), numbers);
  }
}

/** Logs of 0.1.0 have the score under its own name only. */
function scoreNameOf(event: Readonly<Record<string, unknown>>): string {
  const name = event['scoreName'];
  if (typeof name === 'string') return name;
  return event['top1'] === undefined ? 'tokenMatch' : 'top1';
}

/** The numbers of a step; `dataWaitShare` is the share of time spent waiting for data. */
export function stepNumbers(event: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [key, value] of Object.entries(event))
    if (typeof value === 'number' && Number.isFinite(value)) numbers[key] = value;
  const score = numbers[scoreNameOf(event)];
  if (score !== undefined) numbers['score'] = score;
  const { dataWaitMs, stepMs } = numbers;
  if (dataWaitMs !== undefined && stepMs !== undefined && dataWaitMs + stepMs > 0)
    numbers['dataWaitShare'] = dataWaitMs / (dataWaitMs + stepMs);
  return numbers;
}

/** Histories by folder; the least recently used ones are dropped. */
export class RunHistories {
  readonly #kept = new Map<string, RunHistory>();

  async get(dir: string): Promise<RunHistory> {
    const history = this.#kept.get(dir) ?? new RunHistory(dir);
    this.#kept.delete(dir);
    this.#kept.set(dir, history);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_RUNS) break;
      this.#kept.delete(oldest);
    }
    await history.refresh();
    return history;
  }
}
