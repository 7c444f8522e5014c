/** Where a workspace remembers what scans found, so that the next scan is quick. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  type DivisionSettings,
  divisionOf,
  USUAL_DIVISION,
} from '../contract/settings/division.ts';
import { USUAL_STACKS } from '../contract/settings/stack-channels.ts';

/**
 * Where a scan of these folders is remembered.
 *
 * @param division how files are divided into images; each division is remembered by itself
 */
export function scanMemory(
  workspace: string,
  folders: readonly string[],
  division: DivisionSettings = {},
): string {
  return indexFile(workspace, '', JSON.stringify(folders), division);
}

/** The same for labelled images: one folder or list. */
export function labelledMemory(
  workspace: string,
  source: string,
  division: DivisionSettings = {},
): string {
  return indexFile(workspace, 'labelled-', path.resolve(source), division);
}

/** How labelled images are scanned: divided as a training divides its own, and remembered so. */
export function labelledScan(workspace: string, source: string, division: DivisionSettings = {}) {
  return { indexFile: labelledMemory(workspace, source, division), ...divisionOf(division) };
}

function indexFile(
  workspace: string,
  kind: string,
  of: string,
  { tiles = USUAL_DIVISION.tiles, stack_channels: stacks = USUAL_STACKS }: DivisionSettings,
): string {
  const name = createHash('sha256').update(of).digest('hex').slice(0, 16);
  const tiled = tiles === USUAL_DIVISION.tiles ? '' : `-tiles-${tiles.replace(',', '-')}`;
  const stacked = stacks === USUAL_STACKS ? '' : `-channels-${stacks}`;
  return path.resolve(workspace, 'datasets', `${kind}${name}${tiled}${stacked}.index`);
}
