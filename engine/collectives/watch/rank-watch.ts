/**
 * Watching the ranks of a run beside MPI, whose calls may block for ever when another rank is lost: a
 * thread of each rank has a connection to rank 0 and gives signs of life.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import os from 'node:os';
import type { Worker } from 'node:worker_threads';
import { type ErrorRecord, StudioError } from '../../contract/errors.ts';
import { startWorker } from '../../platform/start-worker.ts';
import type { Collectives } from '../collectives.ts';
import { type RankMember, rankLost } from './member.ts';
import type { Door, Finding, WatchData, WatchOrder, WatchReport } from './messages.ts';

const LOOPBACK = '127.0.0.1';

/** What is found to be wrong with the ranks of a run. */
export class RankWatch {
  readonly members: readonly RankMember[];
  /** The error of the first finding. */
  error: StudioError | undefined;
  onError: (error: StudioError) => void = () => {};
  readonly #worker: Worker;
  readonly #limitMs: number;

  constructor(worker: Worker, members: readonly RankMember[], limitMs: number) {
    this.members = members;
    this.#worker = worker;
    this.#limitMs = limitMs;
    worker.on('message', (report: WatchReport) => {
      if (report.type === 'finding') this.#take(report.finding);
    });
    worker.on('error', (error) => this.#fail(new StudioError('internal', error.message)));
    worker.unref();
  }

  /** Tell the others why this rank fails. */
  tell(error: ErrorRecord): void {
    this.#order({ do: 'tell', error });
  }

  /** All ranks end as planned. */
  async close(): Promise<void> {
    this.#worker.ref();
    const exited = once(this.#worker, 'exit');
    this.#order({ do: 'close' });
    await exited;
  }

  #order(order: WatchOrder): void {
    this.#worker.postMessage(order);
  }

  #take(finding: Finding): void {
    const member = this.members[finding.rank]!;
    if ('error' in finding) this.#fail(rankFailed(member, finding.error));
    else if (finding.why === 'ended') this.#fail(rankLost(member, 'ended unexpectedly'));
    else {
      const seconds = Math.round(this.#limitMs / 1000);
      this.#fail(rankLost(member, `has not responded for ${seconds} s`));
    }
  }

  #fail(error: StudioError): void {
    if (this.error !== undefined) return;
    this.error = error;
    this.onError(error);
  }
}

export function rankFailed({ rank, host }: RankMember, error: ErrorRecord): StudioError {
  return new StudioError('rank-failed', `Rank ${rank} on ${host} failed: ${error.message}`, {
    advice: error.advice,
    details: { rank, host, code: error.code },
  });
}

/**
 * @param limitMs without a sign of life for so long a rank counts as lost; 0: never
 * @throws StudioError `rank-failed` on all ranks where one cannot reach rank 0
 */
export async function watchRanks(ranks: Collectives, limitMs: number): Promise<RankWatch> {
  const { rank, size } = ranks;
  const own = { host: os.hostname(), pid: process.pid, network: networkName() };
  const all = await gather(ranks, own);
  const isLocal = all.every(({ network }) => network === own.network);
  const token = randomBytes(16).toString('hex');
  const open = { address: isLocal ? LOOPBACK : '0.0.0.0', token };
  const workerData: WatchData = { rank, size, limitMs, ...(rank === 0 && { open }) };
  const worker = startWorker(import.meta.url, './watch-worker.ts', workerData);
  let problem: string | undefined;
  if (rank === 0) {
    const port = await replyOf(worker, 'listening').catch((error: Error) => {
      problem = error.message;
    });
    const addresses = isLocal ? [LOOPBACK] : ownAddresses();
    await gather(ranks, port && ({ addresses, port: port.port, token } satisfies Door));
  } else {
    const [door] = await gather<Door | undefined>(ranks, undefined);
    if (door !== undefined) {
      worker.postMessage({ do: 'connect', door } satisfies WatchOrder);
      await replyOf(worker, 'connected').catch((error: Error) => {
        problem = error.message;
      });
    }
  }
  const problems = await gather(ranks, problem);
  const failed = problems.findIndex((each) => each !== undefined && each !== null);
  const members = all.map(({ host, pid }, each) => ({ rank: each, host, pid }));
  if (failed === -1) return new RankWatch(worker, members, limitMs);
  await worker.terminate();
  throw unreachable(members[failed]!, problems[failed]!);
}

function unreachable({ rank, host }: RankMember, reason: string): StudioError {
  return new StudioError(
    'rank-failed',
    `Rank ${rank} on ${host} has no connection to rank 0 for signs of life: ${reason}.`,
    {
      advice: 'Let the hosts open TCP connections to one another.',
      details: { rank, host },
    },
  );
}

async function gather<T>(ranks: Collectives, value: T): Promise<T[]> {
  const all = await ranks.gather(Buffer.from(JSON.stringify(value ?? null)));
  return all.map((bytes) => (JSON.parse(Buffer.from(bytes).toString()) ?? undefined) as T);
}

/** @throws Error of a thread that reports something else */
async function replyOf<Type extends WatchReport['type']>(worker: Worker, type: Type) {
  const [report] = (await once(worker, 'message')) as [WatchReport];
  if (report.type === type) return report as Extract<WatchReport, { type: Type }>;
  throw new Error('reason' in report ? report.reason : `unexpected report ${report.type}`);
}

/** Processes with the same name reach each other by the loopback. */
function networkName(): string {
  try {
    return `${os.hostname()} ${readlinkSync('/proc/self/ns/net')}`;
  } catch {
    return os.hostname();
  }
}

function ownAddresses(): string[] {
  const addresses = Object.values(os.networkInterfaces()).flatMap((each) => each ?? []);
  // Listening is on the addresses of IPv4 alone.
  return addresses
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
}
