/** Worker threads that prepare images, each one after the other. */
import type { Worker } from 'node:worker_threads';
import { StudioError } from '../../contract/errors.ts';
import { startWorker } from '../../platform/start-worker.ts';
import type { Reading } from '../pixels/reading.ts';
import { tableFolders } from '../sources/containers/tables.ts';
import { PicturePreparer, type PreparedReply, type PrepareRequest } from './prepare-picture.ts';

export interface PrepareWorkerData {
  readonly reading: Reading;
  /** with tables of containers' entries */
  readonly tableFolders: readonly string[];
}

interface Preparer {
  ask(request: PrepareRequest): Promise<PreparedReply>;
  close(): Promise<void>;
}

/**
 * Prepares images, and calls `take` with each, one at a time and in any order. A thread goes on when
 * its image is taken, so that no more of them are in memory than there are threads. Without threads
 * all are prepared in this one.
 *
 * @throws StudioError `data-worker-died`, and what `take` throws; AbortError when `signal` fires
 */
export async function prepareAll<Item extends PrepareRequest>(
  items: Iterable<Item>,
  {
    reading,
    threads,
    signal,
  }: { reading: Reading; threads: number; signal?: AbortSignal | undefined },
  take: (item: Item, reply: PreparedReply) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  let taking: Promise<void> = Promise.resolve();
  let hasFailed = false;
  const work = async () => {
    const preparer = threads === 0 ? inThisThread(reading) : openWorker(reading);
    try {
      for (let next = queue.next(); !next.done && !hasFailed; next = queue.next()) {
        signal?.throwIfAborted();
        const item = next.value;
        const reply = await preparer.ask({ file: item.file, layout: item.layout });
        taking = taking.then(() => take(item, reply));
        await taking;
      }
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      await preparer.close();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, threads) }, work));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

function inThisThread(reading: Reading): Preparer {
  const preparer = new PicturePreparer(reading);
  return { ask: (request) => preparer.reply(request), close: async () => {} };
}

function openWorker(reading: Reading): Preparer {
  const workerData: PrepareWorkerData = { reading, tableFolders: tableFolders() };
  const worker = startWorker(import.meta.url, './prepare-worker.ts', workerData);
  return {
    ask: (request) => ask(worker, request),
    close: async () => void (await worker.terminate()),
  };
}

function ask(worker: Worker, request: PrepareRequest): Promise<PreparedReply> {
  return new Promise((resolve, reject) => {
    const died = (cause: unknown) =>
      reject(
        new StudioError('data-worker-died', 'A thread that prepares images ended.', { cause }),
      );
    const onExit = (code: number) => died(new Error(`it ended with code ${code}`));
    worker.once('error', died);
    worker.once('exit', onExit);
    worker.once('message', (reply: PreparedReply) => {
      worker.off('error', died);
      worker.off('exit', onExit);
      resolve(reply);
    });
    worker.postMessage(request);
  });
}
