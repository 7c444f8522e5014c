/**
 * How much of the machine is in use: processor and memory by this process and by all, and NVIDIA graphics
 * cards. What a system does not tell is left out.
 */
import os from 'node:os';
import { defined } from '../contract/defined.ts';
import { queryNvidiaCards } from './nvidia-smi.ts';

/** Of all NVIDIA cards, by all programs. */
export interface CardUse {
  /** Share of the time in which the busiest card computes, from 0 to 1. */
  readonly gpuUse?: number;
  readonly gpuMemoryBytes?: number;
  readonly gpuMemoryTotalBytes?: number;
}

/** Cards are as they were when the sample before was taken. */
export interface MachineSample extends CardUse {
  /** Share of all cores that this process with its threads used since the sample before, from 0 to 1. */
  readonly cpuShare: number;
  /** The same of all programs. */
  readonly machineCpuShare?: number;
  readonly rssBytes: number;
  /** In use, by all programs. */
  readonly machineMemoryBytes: number;
}

/** Times since some beginning, ms; of all cores together. */
export interface ProcessorTimes {
  readonly process: number;
  readonly busy: number;
  readonly total: number;
}

/** What samples are made of; tests give their own. */
export interface MachineSources {
  readonly cores: number;
  /** Monotonic, ms. */
  now(): number;
  times(): ProcessorTimes;
  memory(): Pick<MachineSample, 'rssBytes' | 'machineMemoryBytes'>;
  /** Undefined where there is no NVIDIA card. */
  cards(): Promise<CardUse | undefined>;
}

/** Asking for cards takes at most this share of the time. */
const CARDS_SHARE = 0.05;

export class MachineUse {
  readonly #sources: MachineSources;
  #at = 0;
  #before: ProcessorTimes = { process: 0, busy: 0, total: 0 };
  #cards: CardUse | undefined;
  #hasCards = true;
  #cardsDue = 0;

  constructor(sources: MachineSources = systemSources()) {
    this.#sources = sources;
    this.restart();
  }

  /** Begin the time of the next sample now. */
  restart(): void {
    this.#at = this.#sources.now();
    this.#before = this.#sources.times();
    this.#askCards();
  }

  sample(): MachineSample {
    const [at, times] = [this.#sources.now(), this.#sources.times()];
    const [passed, before] = [at - this.#at, this.#before];
    this.#at = at;
    this.#before = times;
    const total = times.total - before.total;
    const cards = this.#cards;
    this.#askCards();
    return {
      cpuShare: share(times.process - before.process, passed * this.#sources.cores),
      ...(total > 0 ? { machineCpuShare: share(times.busy - before.busy, total) } : {}),
      ...this.#sources.memory(),
      ...cards,
    };
  }

  /** The answer belongs to the next sample, so that training does not wait for it. */
  #askCards(): void {
    const asked = this.#sources.now();
    if (!this.#hasCards || asked < this.#cardsDue) return;
    this.#cardsDue = Number.POSITIVE_INFINITY;
    void this.#sources.cards().then((cards) => {
      this.#cards = cards;
      this.#hasCards = cards !== undefined;
      const answered = this.#sources.now();
      this.#cardsDue = answered + (answered - asked) / CARDS_SHARE;
    });
  }
}

/** Clocks of processor time tick coarsely, so that a short share may exceed the whole. */
function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

function systemSources(): MachineSources {
  return {
    cores: os.cpus().length || os.availableParallelism(),
    now: () => performance.now(),
    times() {
      const { user, system } = process.cpuUsage();
      let [busy, idle] = [0, 0];
      for (const { times } of os.cpus()) {
        busy += times.user + times.nice + times.sys + times.irq;
        idle += times.idle;
      }
      return { process: (user + system) / 1000, busy, total: busy + idle };
    },
    memory: () => ({
      rssBytes: process.memoryUsage.rss(),
      machineMemoryBytes: os.totalmem() - os.freemem(),
    }),
    cards: readCards,
  };
}

const CARD_FIELDS = ['utilization.gpu', 'memory.used', 'memory.total'];
const TIMEOUT_MS = 5000;

async function readCards(): Promise<CardUse | undefined> {
  if (process.platform === 'darwin') return undefined;
  const text = await queryNvidiaCards(CARD_FIELDS, TIMEOUT_MS);
  return text === undefined ? undefined : cardUse(text);
}

const MEBIBYTE = 2 ** 20;

/**
 * @param text output of nvidia-smi, a line per card: percent, MiB, MiB; what a card does not tell is in brackets
 * @returns undefined where no card tells anything
 */
export function cardUse(text: string): CardUse | undefined {
  const rows = text.split('\n').map((line) => line.split(',').map(Number.parseFloat));
  const known = (column: number) =>
    rows.flatMap((row) => row[column] ?? []).filter((value) => !Number.isNaN(value));
  const sum = (column: number) =>
    known(column).reduce<number | undefined>(
      (total = 0, value) => total + value * MEBIBYTE,
      undefined,
    );
  const uses = known(0);
  const found = defined({
    gpuUse: uses.length === 0 ? undefined : Math.max(...uses) / 100,
    gpuMemoryBytes: sum(1),
    gpuMemoryTotalBytes: sum(2),
  });
  return Object.keys(found).length === 0 ? undefined : found;
}
