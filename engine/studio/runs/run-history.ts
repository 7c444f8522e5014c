/** The events of a run so far, read from its `events.jsonl` and kept up to date. */
import path from 'node:path';
import type { RunRanks } from '../../contract/studio/run-ranks.ts';
import {
  evaluationPointSchema,
  LEARNING_SERIES,
  type LearningSeriesName,
  type LoggedPictures,
  loggedPicturesSchema,
  MACHINE_SERIES,
  type MachineSeriesName,
  type RunEvent,
  type Series,
  type SeriesCurve,
  type SeriesName,
  STEP_SERIES,
  type StepSeriesName,
  type XAxis,
} from '../../contract/studio/runs.ts';
import { learningNumbers } from '../../runs/learning-numbers.ts';
import { numbersOf } from '../../runs/numbers-of.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { LineTail, parseRecord } from '../line-tail.ts';
import { type ColumnCurve, Columns, type Pieces } from './columns.ts';
import { RankHistory } from './rank-history.ts';
import { ROUNDING, RunAxes } from './run-axes.ts';

/** Most events besides steps and epochs that are kept; older ones are dropped. */
const KEPT_EVENTS = 20_000;
/** Most runs whose history stays in memory. */
const KEPT_RUNS = 8;

/** Evaluations whose pictures a run keeps. */
const KEPT_PICTURES = 12;

const TROUBLE: ReadonlySet<string> = new Set(['warning', 'broken-image', 'rewind', 'error']);

/** The part of the curves that is asked for, on the axis `x`. */
interface SeriesRange {
  readonly x?: XAxis | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly pieces: number;
  readonly means?: boolean | undefined;
}

interface EventPage {
  readonly offset: number;
  readonly count: number;
  readonly trouble?: boolean | undefined;
}

export class RunHistory {
  readonly #tail: LineTail;
  readonly #columns = new Columns<StepSeriesName>(STEP_SERIES);
  readonly #machine = new Columns<MachineSeriesName>(MACHINE_SERIES);
  readonly #learning = new Columns<LearningSeriesName>(LEARNING_SERIES);
  #axes = new RunAxes();
  #ranks = new RankHistory();
  #events: RunEvent[] = [];
  #evaluations: Series['evaluations'] = [];
  #pictures: LoggedPictures[] = [];
  #latest: Record<string, number> | undefined;
  #score = 'tokenMatch';
  #reading: Promise<void> | undefined;

  constructor(dir: string) {
    this.#tail = new LineTail(path.join(dir, 'events.jsonl'));
  }

  refresh(): Promise<void> {
    this.#reading ??= this.#tail
      .read((line) => this.#take(line), { onRestart: () => this.#clear() })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  series(names: readonly SeriesName[], range: SeriesRange): Series {
    const { x = 'step' } = range;
    const read = this.#reader(range);
    const curvesOf = (find: (name: SeriesName) => ColumnCurve | undefined) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const curve = find(name);
          return curve === undefined ? [] : [[name, this.#placed(curve, x)]];
        }),
      );
    return {
      points: this.#columns.length,
      score: this.#score,
      ...(x === 'step' ? {} : { x }),
      curves: curvesOf(read.thinned),
      ...(range.means ? { means: curvesOf(read.means) } : {}),
      evaluations: this.#evaluationsOn(x),
      ...this.#end(x),
    };
  }

  /** Of the newest evaluations, oldest first. */
  get pictures(): readonly LoggedPictures[] {
    return this.#pictures;
  }

  ranksOf({ ranks }: Pick<RunRecord, 'ranks'>): RunRanks | undefined {
    return this.#ranks.view(ranks);
  }

  /** Newest first. */
  events({ offset, count, trouble }: EventPage): { total: number; items: RunEvent[] } {
    const events = trouble ? this.#events.filter(({ type }) => TROUBLE.has(type)) : this.#events;
    const total = events.length;
    const end = Math.max(0, total - offset);
    const items = events.slice(Math.max(0, end - count), end).reverse();
    return { total, items };
  }

  /** Curves of a range, of steps and of samples, which lie at other steps. */
  #reader(range: SeriesRange) {
    const [from, to] = this.#stepRange(range);
    const piecesOf = (columns: Pick<Columns<never>, 'firstAt'>): Pieces => {
      const start = columns.firstAt(from);
      const end = Math.max(start, columns.firstAt(Math.floor(to) + 1));
      return { start, end, pieces: range.pieces };
    };
    const curvesIn = <Name extends string>(columns: Columns<Name>) => {
      const pieces = piecesOf(columns);
      return {
        isOf: (name: string): boolean => (columns.names as readonly string[]).includes(name),
        thinned: (name: string) => columns.thinned(name as Name, pieces),
        means: (name: string) => columns.means(name as Name, pieces),
      };
    };
    const tables = [this.#columns, this.#machine, this.#learning].map((columns) =>
      curvesIn<string>(columns as Columns<string>),
    );
    const tableOf = (name: SeriesName) => tables.find(({ isOf }) => isOf(name))!;
    return {
      thinned: (name: SeriesName) => tableOf(name).thinned(name),
      means: (name: SeriesName) => tableOf(name).means(name),
    };
  }

  /** The range in steps. Places on other axes are rounded, and the points at its ends belong to it. */
  #stepRange({ x = 'step', from = 0, to }: SeriesRange): readonly [number, number] {
    const stepAt = (at: number, slack: number) =>
      x === 'step' ? at : this.#axes.stepAt(x, at + slack);
    return [
      stepAt(from, -ROUNDING),
      to === undefined ? Number.POSITIVE_INFINITY : stepAt(to, ROUNDING),
    ];
  }

  /** The curve with its places on an axis; nothing of it while the axis is not known. */
  #placed(curve: ColumnCurve, x: XAxis): SeriesCurve {
    if (x === 'step') return curve;
    if (!this.#axes.isKnown(x)) return { steps: [], values: [], at: [] };
    return { ...curve, at: curve.steps.map((step) => this.#axes.at(x, step)) };
  }

  #evaluationsOn(x: XAxis): Series['evaluations'] {
    if (x === 'step') return this.#evaluations;
    if (!this.#axes.isKnown(x)) return [];
    return this.#evaluations.map((found) => ({ ...found, at: this.#axes.at(x, found.step) }));
  }

  #end(x: XAxis): Pick<Series, 'end' | 'latest'> {
    if (this.#latest === undefined) return {};
    const { step = 0 } = this.#latest;
    return {
      ...(this.#axes.isKnown(x) ? { end: x === 'step' ? step : this.#axes.at(x, step) } : {}),
      latest: { ...this.#latest, trainingSeconds: this.#axes.trainingSeconds },
    };
  }

  #clear(): void {
    this.#columns.clear();
    this.#machine.clear();
    this.#learning.clear();
    this.#axes = new RunAxes();
    this.#ranks = new RankHistory();
    this.#events = [];
    this.#evaluations = [];
    this.#pictures = [];
    this.#latest = undefined;
  }

  #take(line: string): void {
    const event = parseRecord(line);
    if (event === undefined || typeof event['type'] !== 'string') return;
    this.#axes.take(event);
    this.#ranks.take(event);
    if (event['type'] === 'rank-speed') return;
    if (event['type'] === 'step') {
      this.#takeStep(event);
      return;
    }
    if (event['type'] === 'machine') {
      this.#machine.push(Number(event['step']), numbersOf(event));
      return;
    }
    if (event['type'] === 'learning') {
      this.#learning.push(Number(event['step']), learningNumbers(event));
      return;
    }
    if (event['type'] === 'pictures') {
      const found = loggedPicturesSchema.safeParse(event).data;
      if (found !== undefined) this.#pictures = [...this.#pictures, found].slice(-KEPT_PICTURES);
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
  const numbers = numbersOf(event);
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
