/** A worker thread that reads the headers of files. */
import { parentPort } from 'node:worker_threads';
import { readHeader } from './read-header.ts';
import type { HeaderReply, HeaderRequest } from './read-headers.ts';

parentPort!.on('message', ({ id, paths }: HeaderRequest) => {
  const headers = paths.map((path) => {
    try {
      return readHeader(path);
    } catch {
      // Whoever reads the whole file gets the reason.
      return undefined;
    }
  });
  parentPort!.postMessage({ id, headers } satisfies HeaderReply);
});
