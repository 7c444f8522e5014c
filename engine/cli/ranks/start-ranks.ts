/**
 * A command that starts itself on several ranks of this machine, by mpirun, and passes on what the first
 * one prints, the signals that ask it to end, and its exit code.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Launcher, localArguments, needLauncher } from '../../collectives/launcher.ts';
import { type RankMember, rankLost } from '../../collectives/watch/member.ts';
import { readErrorRecord } from '../../contract/errors.ts';
import { processExists } from '../../platform/process-exists.ts';
import { signalExitCode } from '../../platform/signal-exit-code.ts';
import { processFile } from '../../platform/worker-url.ts';
import { systemClock } from '../../runs/clock.ts';
import { watchInterrupts } from '../../train/loop/interrupts.ts';
import type { Host, Writer } from '../host.ts';
import { lostRank } from './lost-rank.ts';
import { RANK_FOLDER, RankFolder, type RankResult } from './rank-folder.ts';

const LOOK_MS = 100;
/** Until all ranks are ended: after a result, or after one was lost, which the others tell better. */
const GRACE_MS = { done: 30_000, failed: 500, lost: 5000 };
/** Until the launcher is ended after its ranks were. */
const LAUNCHER_MS = 3000;
/** What the launcher said last is kept to this length. */
const SAID_LENGTH = 8000;

interface StartedCommand {
  /** All that follows `conmim`. */
  readonly argv: readonly string[];
  /** Whether objects are all that it prints to stdout. */
  readonly isJson: boolean;
  readonly ranks: number;
}

/** @throws StudioError `mpi-missing`, `rank-lost` */
export async function startRanks(
  host: Host,
  { argv, isJson, ranks }: StartedCommand,
): Promise<void> {
  const launcher = await needLauncher(host.env);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-ranks-'));
  try {
    const started = new StartedRanks(new RankFolder(folder), host, isJson);
    const command = rankCommand(argv);
    host.setExitCode(await started.run(launcher, ranks, command, { [RANK_FOLDER]: folder }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command line of each rank. */
function rankCommand(argv: readonly string[]): string[] {
  const entry = processFile(import.meta.url, '../../process/rank-process.ts');
  return [process.execPath, ...process.execArgv, entry, ...argv];
}

class StartedRanks {
  readonly #folder: RankFolder;
  readonly #host: Host;
  readonly #isJson: boolean;
  #launcher: ChildProcess | undefined;
  /** The end of what was written to stderr. */
  #said = '';
  /** When a result was seen, or that a rank is gone. */
  #seenAt: number | undefined;
  #lost: RankMember | undefined;
  #isEnding = false;
  /** What follows is the launcher's report that ranks have ended. */
  #isReported = false;

  constructor(folder: RankFolder, host: Host, isJson: boolean) {
    this.#folder = folder;
    this.#host = host;
    this.#isJson = isJson;
  }

  /** Run them to their end. @returns the exit code @throws StudioError `rank-lost` */
  async run(
    launcher: Launcher,
    ranks: number,
    command: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<number> {
    const { stdout, stderr, cwd } = this.#host;
    const terminals = { ...widthOf('stdout', stdout), ...widthOf('stderr', stderr) };
    this.#folder.writeStart({ ranks, parent: process.pid, terminals });
    const child = spawn(launcher.command, localArguments(launcher, ranks, command), {
      cwd,
      // Ctrl-C would reach the launcher, which ends its ranks before they have saved.
      detached: true,
      env: { ...this.#host.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#launcher = child;
    // Whole lines, as commands write them.
    createInterface({ input: child.stdout }).on('line', (line) => {
      // MPICH reports there that ranks have ended.
      this.#isReported ||= line.startsWith('YOUR APPLICATION TERMINATED');
      if (this.#isReported || (this.#isJson && !line.startsWith('{'))) this.#passOn(`${line}\n`);
      else if (!this.#isEnding) stdout.write(`${line}\n`);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#passOn(text));
    const source = {
      on: (signal: NodeJS.Signals, listener: () => void) => process.on(signal, listener),
      off: (signal: NodeJS.Signals, listener: () => void) => process.off(signal, listener),
      exit: () => this.#endAll(),
    };
    const interrupts = watchInterrupts(source, systemClock, (signal) => this.#interrupt(signal));
    const looking = setInterval(() => this.#look(), LOOK_MS);
    try {
      await once(child, 'close');
      if (interrupts.received === undefined) await this.#resultOfRest();
    } finally {
      clearInterval(looking);
      interrupts.dispose();
      this.#killRanks();
    }
    const { result } = this.#folder;
    if (result?.error !== undefined) throw readErrorRecord(result.error);
    if (result !== undefined) return result.exitCode;
    if (interrupts.received !== undefined) return signalExitCode(interrupts.received);
    if (this.#lost !== undefined) throw rankLost(this.#lost, 'ended unexpectedly');
    throw lostRank(this.#folder.members(), this.#said);
  }

  /** MPICH's launcher ends with the first rank that does, before the others have told which one it was. */
  async #resultOfRest(): Promise<void> {
    const until = performance.now() + GRACE_MS.lost;
    const isAnyLeft = () => this.#folder.members().some(({ pid }) => processExists(pid));
    while (this.#folder.result === undefined && isAnyLeft() && performance.now() < until)
      await sleep(LOOK_MS);
  }

  #passOn(text: string): void {
    this.#said = (this.#said + text).slice(-SAID_LENGTH);
    // Launchers report at length that ranks were killed.
    if (!this.#isEnding && !this.#isReported) this.#host.stderr.write(text);
  }

  /** The first rank saves, and then all end. */
  #interrupt(signal: NodeJS.Signals): void {
    const first = this.#folder.members().find(({ rank }) => rank === 0);
    if (first === undefined) this.#endAll();
    else kill(first.pid, signal);
  }

  /** End all in the end where they do not do it themselves. */
  #look(): void {
    if (this.#isEnding) return;
    const { result } = this.#folder;
    this.#lost ??= this.#folder.members().find(({ pid }) => !processExists(pid));
    if (result === undefined && this.#lost === undefined) return;
    this.#seenAt ??= performance.now();
    if (performance.now() - this.#seenAt >= graceMs(result)) this.#endAll();
  }

  #endAll(): void {
    this.#isEnding = true;
    this.#killRanks();
    const pid = this.#launcher?.pid;
    // It has a process group, in which are its helpers.
    setTimeout(() => pid !== undefined && kill(-pid, 'SIGKILL'), LAUNCHER_MS).unref();
  }

  #killRanks(): void {
    for (const { pid } of this.#folder.members()) kill(pid, 'SIGKILL');
  }
}

function graceMs(result: RankResult | undefined): number {
  if (result === undefined) return GRACE_MS.lost;
  return result.exitCode === 0 ? GRACE_MS.done : GRACE_MS.failed;
}

function widthOf<Name extends string>(name: Name, { isTerminal, columns }: Writer) {
  return isTerminal ? { [name]: columns } : {};
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
