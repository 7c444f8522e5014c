/** Where a workspace remembers what scans found, so that the next scan is quick. */
import { createHash } from 'node:crypto';
import path from 'node:path';

/** Where a scan of these folders is remembered. */
export function scanMemory(workspace: string, folders: readonly string[]): string {
  const name = createHash('sha256').update(JSON.stringify(folders)).digest('hex').slice(0, 16);
  return path.resolve(workspace, 'datasets', `${name}.index`);
}

/** The same for labelled images: one folder or list. */
export function labelledMemory(workspace: string, source: string): string {
  const name = createHash('sha256').update(path.resolve(source)).digest('hex').slice(0, 16);
  return path.resolve(workspace, 'datasets', `labelled-${name}.index`);
}
