/**
 * The process of one job: runs its command and leaves everything it says in the job's folder.
 *
 * It is started detached by the studio and asks nothing of it, so it outlives the window and the host;
 * whoever opens the workspace next reads on.
 *
 * Arguments: the job's folder.
 */
import '../platform/quiet-environment.ts';
import '../platform/own-descriptors.ts';
import path from 'node:path';
import type { Host, Writer } from '../cli/host.ts';
import { main } from '../cli/main.ts';
import { isDiskFull, nodeDisk } from '../disk/disk.ts';
import { Lock } from '../disk/lock.ts';
import { DiskReserve } from '../disk/reserve.ts';
import { confinedEnvironment } from '../platform/confined.ts';
import { ERRORS_FILE, OUTPUT_FILE, readJobRecord, writeResult } from '../studio/job-folder.ts';
import { LineFile } from './line-file.ts';

/** How long a job that has ended waits for space to say so. */
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

/** The result counts only once all that leads to it can be read; what was kept free has room for it. */
async function leaveResult(
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
    // Without room for it the job itself may still have all that it needs.
    const reserve = new DiskReserve(nodeDisk, path.join(dir, RESERVE_FILE));
    await reserve.take().catch(() => undefined);
    let exitCode = 1;
    const output = new LineFile(path.join(dir, OUTPUT_FILE));
    const errors = new LineFile(path.join(dir, ERRORS_FILE));
    const host: Host = {
      // Steps are in the run's own events; a second copy would only fill the disk.
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
    await leaveResult(dir, exitCode, { files: [output, errors], reserve });
    return exitCode;
  } finally {
    lock.release();
  }
}

const dir = process.argv[2];
if (dir === undefined) throw new Error('The folder of a job is missing.');
process.exitCode = await runJob(path.resolve(dir));
