/** A thread of a team: runs its part of all loops for each message, and answers each. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Loop, openLoop } from './loops.ts';

export interface LoopWork {
  readonly memory: WebAssembly.Memory;
  readonly loops: readonly Loop[];
}

const { memory, loops } = workerData as LoopWork;
const runs = loops.map((loop) => openLoop(memory, loop));

parentPort!.on('message', () => {
  for (const run of runs) run();
  parentPort!.postMessage('done');
});
