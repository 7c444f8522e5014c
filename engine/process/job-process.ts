/**
 * The process of one job. It runs the job's command and writes all of its output into the job's folder.
 *
 * The studio starts it detached, and it does not depend on the studio, so it goes on when the window and
 * the host are closed. The next process that opens the workspace continues reading.
 *
 * Arguments: the job's folder.
 */
import '../platform/quiet-environment.ts';
import '../platform/close-inherited.ts';
import path from 'node:path';
import type { Host, Writer } from '../cli/host.ts';
import { main } from '../cli/main.ts';
import { isDiskFull, nodeDisk } from '../disk/disk.ts';
import { Lock } from '../disk/lock.ts';
import { DiskReserve } from '../disk/reserve.ts';
import { confinedEnvironment } from '../platform/confined.ts';
import { ERRORS_FILE, OUTPUT_FILE, readJobRecord, writeResult } from '../studio/jobs/job-folder.ts';
import { LineFile } from './line-file.ts';

/** How often and in which intervals a job that has ended tries to write its result to a full disk. */
const LAST_TRIES = 20;
const LAST_TRY_MS = 500;
const RESERVE_FILE = '.reserve';

function appendTo(lines: LineFile, keep: (line: string) => boolean = () => true): Writer {
  return {
    isTerminal: false,
    columns: 100,
    write(text) {
      if (keep(text)) lines.write(text);
    },
  };
}

/** Write the result after all output; the released reserve has room for it. */
async function saveResult(
  dir: string,
  exitCode: number,
  { files, reserve }: { files: readonly LineFile[]; reserve: DiskReserve },
): Promise<void> {
  await reserve.release();
  const result = { endedAt: new Date().toISOString(), exitCode };
  for (let tries = 1; ; tries++) {
    try {
      if (files.every((file) => file.flush()) || tries >= LAST_TRIES)
        return await writeResult(dir, result);
    } catch (error) {
      if (!isDiskFull(error) || tries >= LAST_TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, LAST_TRY_MS));
  }
}

async function runJob(dir: string): Promise<number> {
  const lock = await Lock.acquire(dir, { what: `The job ${path.basename(dir)}` });
  try {
    const record = await readJobRecord(dir);
    if (record === undefined) throw new Error(`${dir} holds no job of this version.`);
    Object.assign(process.env, confinedEnvironment(record.confined === true));
    // A job can run without the reserve.
    const reserve = new DiskReserve(nodeDisk, path.join(dir, RESERVE_FILE));
    await reserve.take().catch(() => undefined);
    let exitCode = 1;
    const output = new LineFile(path.join(dir, OUTPUT_FILE));
    const errors = new LineFile(path.join(dir, ERRORS_FILE));
    const host: Host = {
      // The run's own event log has the steps; a second copy would waste disk space.
      stdout: appendTo(output, (line) => !line.startsWith('{"type":"step"')),
      stderr: appendTo(errors),
      cwd: process.cwd(),
      env: process.env,
      now: () => performance.now(),
      setExitCode(code) {
        exitCode = code;
      },
    };
    await main(['--json', ...record.arguments], host);
    await saveResult(dir, exitCode, { files: [output, errors], reserve });
    return exitCode;
  } finally {
    lock.release();
  }
}

const dir = process.argv[2];
if (dir === undefined) throw new Error('The folder of a job is missing.');
process.exitCode = await runJob(path.resolve(dir));
