/** Where a workspace remembers what scans found, so that the next scan is quick. */
import { createHash } from 'node:crypto';
import path from 'node:path';

/**
 * Where a scan of these folders is remembered.
 *
 * @param tiles how large images are divided, as text; each division is remembered by itself
 */
export function scanMemory(
  workspace: string,
  folders: readonly string[],
  tiles = USUAL_TILES,
): string {
  return indexFile(workspace, '', JSON.stringify(folders), tiles);
}

/** The same for labelled images: one folder or list. */
export function labelledMemory(workspace: string, source: string, tiles = USUAL_TILES): string {
  return indexFile(workspace, 'labelled-', path.resolve(source), tiles);
}

/** The division that is not named. */
export const USUAL_TILES = 'auto';

function indexFile(workspace: string, kind: string, of: string, tiles: string): string {
  const name = createHash('sha256').update(of).digest('hex').slice(0, 16);
  const mark = tiles === USUAL_TILES ? '' : `-tiles-${tiles.replace(',', '-')}`;
  return path.resolve(workspace, 'datasets', `${kind}${name}${mark}.index`);
}
