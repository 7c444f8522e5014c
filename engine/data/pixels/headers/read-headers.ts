/** The headers of very many files, by worker threads. */
import { availableParallelism } from 'node:os';
import { StudioError } from '../../../contract/errors.ts';
import { startWorker } from '../../../platform/start-worker.ts';
import type { FileList } from '../../sources/file-list.ts';
import type { FileHeader } from './read-header.ts';

export interface HeaderRequest {
  readonly id: number;
  readonly paths: readonly string[];
}

export interface HeaderReply {
  readonly id: number;
  /** undefined for files that cannot be read */
  readonly headers: readonly (FileHeader | undefined)[];
}

const FILES_AT_ONCE = 1000;
/** More threads wait for the same disk. */
const MOST_THREADS = 4;

/**
 * @param files on disk
 * @param onHeaders is called with the index of the first of some paths and their headers, in any order
 * @throws StudioError `data-worker-died`; AbortError when `signal` fires
 */
export async function readHeaders(
  files: Pick<FileList, 'length' | 'pathOf'>,
  onHeaders: (first: number, headers: HeaderReply['headers']) => void,
  signal?: AbortSignal,
): Promise<void> {
  const parts = Math.ceil(files.length / FILES_AT_ONCE);
  let next = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = startWorker(import.meta.url, './header-worker.ts');
      const end = (error?: Error) => {
        signal?.removeEventListener('abort', stop);
        void worker.terminate();
        if (error === undefined) resolve();
        else reject(error);
      };
      const stop = () => end(signal!.reason);
      const ask = () => {
        const id = next++;
        if (id >= parts) return end();
        const first = id * FILES_AT_ONCE;
        const length = Math.min(FILES_AT_ONCE, files.length - first);
        const paths = Array.from({ length }, (_, i) => files.pathOf(first + i));
        const request: HeaderRequest = { id, paths };
        worker.postMessage(request);
      };
      signal?.addEventListener('abort', stop);
      worker.on('message', ({ id, headers }: HeaderReply) => {
        onHeaders(id * FILES_AT_ONCE, headers);
        ask();
      });
      worker.on('error', (cause) =>
        end(
          new StudioError('data-worker-died', 'A thread that reads headers of images ended.', {
            cause,
          }),
        ),
      );
      ask();
    });
  signal?.throwIfAborted();
  const threads = Math.min(parts, MOST_THREADS, availableParallelism());
  await Promise.all(Array.from({ length: threads }, work));
}
