/**
 * Time steps of several devices in turn, so that what else the machine does meets all alike: one after the
 * other, a device that is timed in a busy moment looks several times slower than it is.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { cancelled, type ErrorRecord } from '../contract/errors.ts';
import { median } from '../contract/median.ts';
import type { Precision } from '../contract/precision.ts';
import { processFile } from '../platform/worker-url.ts';

/** What is timed. */
export interface Timed {
  readonly device: string;
  readonly precision: Precision;
}

/** A device that makes a step of the timed network for each call. */
export interface StepTimer {
  /** @returns ms @throws Error when the device or its process fails */
  step(): Promise<number>;
  end(): void;
}

export interface TurnOptions {
  readonly signal?: AbortSignal | undefined;
  readonly rounds?: number;
  readonly open?: (device: string, precision: Precision) => Promise<StepTimer>;
}

/** Odd, so that the median is one of them. */
const ROUNDS = 7;
/** No further round begins after this time. */
const LONGEST_MS = 20_000;

/** @returns ms a step of each; undefined when one of them cannot be timed @throws StudioError `cancelled` */
export async function timeInTurn(
  subjects: readonly Timed[],
  { signal, rounds: most = ROUNDS, open = openTimer }: TurnOptions = {},
): Promise<readonly number[] | undefined> {
  const timers: StepTimer[] = [];
  try {
    for (const { device, precision } of subjects) {
      if (signal?.aborted) throw cancelled();
      timers.push(await open(device, precision));
    }
    const rounds: number[][] = [];
    const began = performance.now();
    while (rounds.length < most && performance.now() - began < LONGEST_MS) {
      if (signal?.aborted) throw cancelled();
      const times: number[] = [];
      for (const timer of timers) times.push(await timer.step());
      rounds.push(times);
    }
    return timesInTurn(rounds);
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined;
  } finally {
    for (const timer of timers) timer.end();
  }
}

/**
 * The times that rounds tell: of the first device its median, of another one that times the median of its
 * ratios to the first in the same rounds.
 *
 * @param rounds [round][device], ms
 */
export function timesInTurn(rounds: readonly (readonly number[])[]): number[] {
  const first = median(rounds.map(([time]) => time!));
  return rounds[0]!.map((_, i) => first * median(rounds.map((times) => times[i]! / times[0]!)));
}

/** A message of the process: it is ready, or has made a step. */
export interface TimerReply {
  readonly type: 'timer';
  /** left out when it is ready */
  readonly stepMs?: number;
}

const ENTRY = processFile(import.meta.url, '../process/device-process.ts');
/** Most of it is the first compilation for a graphics card. */
const TIMEOUT_MS = 120_000;

async function openTimer(device: string, precision: Precision): Promise<StepTimer> {
  const options = {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'] as ('ignore' | 'ipc')[],
    // Otherwise Windows opens a console window.
    windowsHide: true,
  };
  const child = fork(ENTRY, [device, precision, 'timer'], options);
  // Failures show in the next reply.
  child.on('error', () => undefined);
  const end = () => {
    child.kill('SIGKILL');
  };
  try {
    await replyOf(child);
  } catch (error) {
    end();
    throw error;
  }
  const step = async () => {
    const reply = replyOf(child);
    child.send('step', () => undefined);
    return (await reply).stepMs!;
  };
  return { step, end };
}

/** The next message of a process. @throws Error when it sends an error, ends or is silent */
function replyOf(child: ChildProcess): Promise<TimerReply> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      child.off('message', take).off('error', fail).off('exit', end);
      finish();
    };
    const fail = (error: Error) => settle(() => reject(error));
    const end = () => fail(new Error('the process has ended'));
    const take = (reply: TimerReply | ErrorRecord) =>
      reply.type === 'timer' ? settle(() => resolve(reply)) : fail(new Error(reply.message));
    const timer = setTimeout(() => fail(new Error('no answer came')), TIMEOUT_MS);
    if (child.exitCode !== null || child.signalCode !== null) end();
    else child.on('message', take).on('error', fail).on('exit', end);
  });
}
