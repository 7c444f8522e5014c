/** Worker threads of compiled entries. */
import { Worker } from 'node:worker_threads';
import { workerUrl } from './worker-url.ts';

/**
 * The thread takes over the options of the process, such as those for CPU profiles. It takes over none where the
 * script of the process is given as text with its type, since Node runs no file with that option.
 *
 * @param from  `import.meta.url` of the caller
 * @param entry relative source path, ending in `.ts`
 */
export function startWorker(from: string, entry: string, workerData?: unknown): Worker {
  const isText = process.execArgv.some((option) => option.startsWith('--input-type'));
  return new Worker(workerUrl(from, entry), { workerData, ...(isText && { execArgv: [] }) });
}
