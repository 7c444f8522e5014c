/** A worker thread that scans folders beside a training. */
import { parentPort, workerData } from 'node:worker_threads';
import { defined } from '../../contract/defined.ts';
import type { DatasetIndex } from '../sources/index-types.ts';
import type { FoundInFull, ScanEnd, ScanOrder } from './background-scan.ts';
import type { ScanProgress } from './examine.ts';
import { scanFolders } from './scan.ts';

const NAMED = 20;

const stop = new AbortController();
parentPort!.on('message', () => stop.abort());

function foundIn({ images, fingerprint, doubts, unreadable, duplicates }: DatasetIndex) {
  return {
    images,
    fingerprint,
    doubts,
    unreadable: unreadable.length,
    unreadableFiles: unreadable.slice(0, NAMED),
    copies: duplicates.reduce((sum, group) => sum + group.length - 1, 0),
    copiedFiles: duplicates.slice(0, NAMED),
  } satisfies FoundInFull;
}

async function scan(): Promise<ScanEnd> {
  const { folders, indexFile, tiles, stacks, excluded } = workerData as ScanOrder;
  let progress: ScanProgress = { done: 0, total: 0 };
  try {
    const index = await scanFolders(folders, {
      indexFile,
      ...defined({ tiles, stacks, excluded }),
      gently: true,
      signal: stop.signal,
      onProgress(now) {
        progress = now;
      },
    });
    return { type: 'complete', found: foundIn(index) };
  } catch (error) {
    if (stop.signal.aborted) return { type: 'stopped', progress };
    return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

void scan().then((end) => parentPort!.postMessage(end));
