/** The processes of jobs, which outlive their host: how they are started and ended. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { signalableHolder } from '../../disk/is-locked.ts';
import { allocatorEnvironment } from '../../platform/allocator-environment.ts';
import { openMpEnvironment } from '../../platform/openmp-environment.ts';
import { processFile } from '../../platform/worker-url.ts';
import { ERRORS_FILE, writeLaunched, writeResult } from './job-folder.ts';

/** Time after which a job that does not stop on request is killed. */
const STOP_TIMEOUT_MS = 20_000;

export interface JobProcessOptions {
  readonly workspace: string;
  readonly node: string;
  /** Additional environment variables of engine processes. */
  environment(): Promise<Readonly<Record<string, string>>>;
}

/** @param dir the job's folder */
export async function startJobProcess(dir: string, options: JobProcessOptions): Promise<void> {
  const entry = processFile(import.meta.url, '../../process/job-process.ts');
  // Output before the process's own code runs, such as why it cannot start, is kept too.
  const errors = openSync(path.join(dir, ERRORS_FILE), 'a');
  try {
    // This is written before the process starts, since on a full disk a started job must not be
    // listed as waiting.
    await writeLaunched(dir, { pid: process.pid, at: new Date().toISOString() });
    const child = spawn(options.node, [entry, dir], {
      cwd: path.resolve(options.workspace),
      detached: true,
      env: {
        ...process.env,
        ...allocatorEnvironment(process.env),
        ...openMpEnvironment(process.env),
        ...(await options.environment()),
      },
      stdio: ['ignore', errors, errors],
      windowsHide: true,
    });
    const started = await new Promise<boolean>((resolve) => {
      child.once('spawn', () => resolve(true));
      child.once('error', () => resolve(false));
    });
    child.unref();
    const at = new Date().toISOString();
    await writeLaunched(dir, { pid: child.pid ?? 0, at });
    if (!started) await writeResult(dir, { endedAt: at, exitCode: 1 });
  } finally {
    closeSync(errors);
  }
}

/** Ask the process of a job to end; after a timeout, kill it. */
export function endJobProcess(dir: string): void {
  // The process id of a holder on another system would name another process here.
  const pid = signalableHolder(dir);
  if (pid === undefined) return;
  kill(pid, 'SIGTERM');
  setTimeout(() => {
    if (signalableHolder(dir) === pid) kill(pid, 'SIGKILL');
  }, STOP_TIMEOUT_MS).unref();
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
