/**
 * Lists of images that are left out of data sets. They are kept in the workspace by their contents and never
 * change, so a run that goes on leaves out the images that it began without.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { csvRow } from '../contract/csv-text.ts';
import { nodeDisk, onDisk, replaceFile } from '../disk/disk.ts';

export function excludedFile(workspace: string, name: string): string {
  return path.resolve(workspace, 'excluded', path.basename(name));
}

/** @returns the name of the list @throws StudioError errors of disks */
export async function keepExcluded(workspace: string, paths: Iterable<string>): Promise<string> {
  const rows = [...paths].sort().map((one) => csvRow([one]));
  const text = `${['path', ...rows].join('\n')}\n`;
  const name = `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.csv`;
  const file = excludedFile(workspace, name);
  await onDisk(file, () => nodeDisk.makeFolder(path.dirname(file)));
  await replaceFile(nodeDisk, file, text);
  return name;
}
