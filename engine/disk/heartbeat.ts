/**
 * Signs of life of the locks that this process holds: their files' modification times move on.
 *
 * They come from a thread of their own, since a training step can keep the main one for minutes. The
 * time that is written means nothing to others; they only look whether it changes.
 */
import { Worker } from 'node:worker_threads';

export const BEAT_MS = 2_000;

/** Plain JavaScript, so that it needs no file of its own. Touches the file that it has read, no other. */
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
      // The main thread looks at the file before it writes, and says what is wrong.
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

/** Until `stopBeating`. */
export function startBeating(file: string, token: string): void {
  held.add(token);
  thread ??= startThread();
  thread.postMessage({ token, file });
}

export function stopBeating(token: string): void {
  if (!held.delete(token)) return;
  thread?.postMessage({ token });
  if (held.size > 0) return;
  void thread?.terminate();
  thread = undefined;
}

/** Whether a lock with this token is held by this process. */
export function isBeating(token: string): boolean {
  return held.has(token);
}

function startThread(): Worker {
  const started = new Worker(SOURCE, {
    eval: true,
    execArgv: [],
    workerData: { everyMs: BEAT_MS },
  });
  started.unref();
  // Without the thread the loop still beats between its steps.
  started.on('error', () => undefined);
  return started;
}
