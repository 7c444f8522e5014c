/**
 * The thread that calls MPI. It may block, and the thread that trains goes on meanwhile.
 *
 * Ranks come to a collective at different times. Until all are here this thread sleeps between short
 * looks, as a blocking call would keep a processor busy that other ranks compute on; then it calls the
 * collective.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toStudioError } from '../../contract/errors.ts';
import { MpiCalls } from './calls.ts';
import { loadMpi } from './library.ts';
import type { MpiReply, MpiRequest, MpiWorkerData } from './messages.ts';
import { abortCode } from './messages.ts';

/** Looks without a sleep between them, which take some tens of microseconds. */
const QUICK_LOOKS = 100;
/** The first and the longest sleep; each is longer than the one before by a quarter. */
const SLEEP_MS = { first: 0.05, most: 2 };

const { family, file, flags } = workerData as MpiWorkerData;

function answer(calls: MpiCalls, request: MpiRequest): Int32Array | undefined {
  if (request.call === 'close') {
    calls.finalize();
    return undefined;
  }
  awaitAll(calls);
  switch (request.call) {
    case 'sum':
      calls.sum(request.at, request.kind, request.count);
      return undefined;
    case 'broadcast':
      calls.broadcast(request.at, request.bytes, request.root);
      return undefined;
    case 'gather-number':
      return calls.gatherNumber(request.value);
    case 'gather':
      calls.gather(request.at, request.to, request.counts);
      return undefined;
    case 'exchange':
      calls.exchange(request.at, request.to, request.each);
      return undefined;
    case 'barrier':
      return undefined;
  }
}

/** Until all ranks were there for the last collective, ms. */
let waitedMs = 0;

function awaitAll(calls: MpiCalls): void {
  const began = performance.now();
  calls.startBarrier();
  let sleepMs = SLEEP_MS.first;
  for (let looks = 0; !calls.allAreHere(); looks++) {
    abortWhereAsked(calls);
    if (looks < QUICK_LOOKS) continue;
    Atomics.wait(flags, 0, 0, sleepMs);
    sleepMs = Math.min(SLEEP_MS.most, sleepMs * 1.25);
  }
  waitedMs = performance.now() - began;
}

function abortWhereAsked(calls: MpiCalls): void {
  const exitCode = abortCode(flags);
  if (exitCode !== undefined) calls.abort(exitCode);
}

function post(reply: MpiReply): void {
  parentPort!.postMessage(reply);
}

try {
  const calls = new MpiCalls(loadMpi(family, file));
  const { rank, size, name } = calls;
  parentPort!.on('message', (request: MpiRequest | 'abort') => {
    abortWhereAsked(calls);
    if (request === 'abort') return;
    const { id } = request;
    try {
      const numbers = answer(calls, request);
      post({ id, numbers, waitedMs });
    } catch (error) {
      post({ id, error: toStudioError(error).toJSON() });
    }
    if (request.call === 'close') parentPort!.close();
  });
  post({ rank, size, name });
} catch (error) {
  post({ error: toStudioError(error).toJSON() });
}
