/**
 * Heartbeats of the locks that this process holds: the modification times of the lock files are updated
 * regularly.
 *
 * A worker thread updates them, since a training step can block the main thread for minutes. Other
 * processes do not interpret the time itself; they only check whether it changes.
 */
import { Worker } from 'node:worker_threads';

export const BEAT_MS = 2_000;

/** The source of the thread, plain JavaScript, so that it needs no file. It updates a file only after it has read its own token in it. */
const SOURCE = `
const fs = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const held = new Map();
const beat = () => {
  for (const [token, file] of held) {
    let handle;
    try {
      handle = fs.openSync(file, 'r+');
      const now = new Date();
      if (fs.readFileSync(handle, 'utf8').includes(token)) fs.futimesSync(handle, now, now);
    } catch {
      // The main thread checks the file before every write and reports what is wrong.
    } finally {
      if (handle !== undefined) fs.closeSync(handle);
    }
  }
};
parentPort.on('message', ({ token, file }) => {
  if (file === undefined) held.delete(token);
  else held.set(token, file);
});
setInterval(beat, workerData.everyMs);
`;

const held = new Set<string>();
let thread: Worker | undefined;

/** Update the modification time of `file` until `stopHeartbeat` is called. */
export function startHeartbeat(file: string, token: string): void {
  held.add(token);
  thread ??= startThread();
  thread.postMessage({ token, file });
}

export function stopHeartbeat(token: string): void {
  if (!held.delete(token)) return;
  thread?.postMessage({ token });
  if (held.size > 0) return;
  void thread?.terminate();
  thread = undefined;
}

/** Whether this process holds the lock with this token. */
export function hasHeartbeat(token: string): boolean {
  return held.has(token);
}

function startThread(): Worker {
  const started = new Worker(SOURCE, {
    eval: true,
    execArgv: [],
    workerData: { everyMs: BEAT_MS },
  });
  started.unref();
  // Without the thread, the training loop still updates the file between steps.
  started.on('error', () => undefined);
  return started;
}
