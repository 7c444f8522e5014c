/**
 * Saving of checkpoints. After a crash, a kill or a full disk at any moment, either the previous or
 * the new complete checkpoint exists: it is written to a temporary folder, flushed and renamed, and
 * the parent folder is flushed.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { asDiskError, type Disk, namesIn, nodeDisk, writeAndSync } from '../disk/disk.ts';
import { type FileDigest, streamSafetensors } from '../formats/safetensors.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import {
  type CheckpointEntry,
  LOADER_FILE,
  type LoaderPosition,
  listCheckpoints,
  MANIFEST_FILE,
  type Manifest,
  STATE_FILE,
} from './checkpoint.ts';
import { findNonFinite } from './finite.ts';

/**
 * The stages of a save, in order; `set-aside` occurs only when a damaged checkpoint of the step is
 * replaced.
 */
export const SAVE_STAGES = [
  'folder',
  'state-part',
  'state',
  'loader',
  'manifest',
  'folder-synced',
  'set-aside',
  'renamed',
  'parent-synced',
] as const;
export type SaveStage = (typeof SAVE_STAGES)[number];

export interface SaveOptions {
  /** The run's `checkpoints` folder; created when missing. */
  readonly root: string;
  readonly position: LoaderPosition;
  readonly state: NamedTensors;
  /** Versions of the program and libraries that write it. */
  readonly versions: Readonly<Record<string, string>>;
  readonly disk?: Disk;
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** For tests that interrupt a save. */
  readonly hooks?: { after?(stage: SaveStage): void | Promise<void> };
}

/**
 * Save one checkpoint.
 *
 * @returns its folder and its size on disk
 * @throws StudioError `state-not-finite` before anything is written; `disk-full` after the attempt
 *   was removed. Earlier checkpoints are not touched.
 */
export async function saveCheckpoint(
  options: SaveOptions,
): Promise<CheckpointEntry & { bytes: number }> {
  const { root, position, disk = nodeDisk } = options;
  const bad = findNonFinite(options.state);
  if (bad !== undefined) {
    throw new StudioError(
      'state-not-finite',
      `The state of step ${position.step} was not saved: tensor "${bad}" holds numbers that are not finite.`,
      { details: { step: position.step, tensor: bad } },
    );
  }
  const temporary = path.join(root, `.tmp-${position.step}-${process.pid}`);
  try {
    const bytes = await writeFiles(temporary, options, disk);
    const folder = await putInPlace(temporary, options, disk);
    return { step: position.step, folder, bytes };
  } catch (error) {
    // The removal may fail for the same reason as the save, whose error is reported; leftovers are
    // removed at the next start.
    await disk.remove(temporary).catch(() => undefined);
    throw asDiskError(error, path.join(root, String(position.step)), tensorBytes(options.state));
  }
}

async function writeFiles(temporary: string, options: SaveOptions, disk: Disk): Promise<number> {
  const { position, hooks } = options;
  await disk.makeFolder(options.root);
  await disk.remove(temporary);
  await disk.makeFolder(temporary);
  await hooks?.after?.('folder');

  const stateDigest = await writeState(path.join(temporary, STATE_FILE), options, disk);
  await hooks?.after?.('state');

  const loader = jsonBytes(position);
  await writeAndSync(disk, path.join(temporary, LOADER_FILE), loader);
  await hooks?.after?.('loader');

  const manifest: Manifest = {
    format: 1,
    step: position.step,
    savedAt: new Date(options.now ?? Date.now()).toISOString(),
    versions: { ...options.versions },
    files: {
      [STATE_FILE]: stateDigest,
      [LOADER_FILE]: {
        size: loader.length,
        sha256: createHash('sha256').update(loader).digest('hex'),
      },
    },
  };
  const manifestBytes = jsonBytes(manifest);
  await writeAndSync(disk, path.join(temporary, MANIFEST_FILE), manifestBytes);
  await hooks?.after?.('manifest');
  await disk.syncFolder(temporary);
  await hooks?.after?.('folder-synced');
  return stateDigest.size + loader.length + manifestBytes.length;
}

async function writeState(file: string, options: SaveOptions, disk: Disk): Promise<FileDigest> {
  const handle = await disk.create(file);
  try {
    let pieces = 0;
    const digest = await streamSafetensors(options.state, { format: 'pt' }, async (piece) => {
      await handle.write(piece);
      // At the second piece, the file has the header and a part of the data.
      if (++pieces === 2) await options.hooks?.after?.('state-part');
    });
    await handle.sync();
    return digest;
  } finally {
    await handle.close();
  }
}

async function putInPlace(temporary: string, options: SaveOptions, disk: Disk): Promise<string> {
  const { root, position, hooks } = options;
  const folder = path.join(root, String(position.step));
  const aside = path.join(root, `.old-${position.step}-${process.pid}`);
  const replaces = existsSync(folder);
  if (replaces) {
    await disk.remove(aside);
    await disk.rename(folder, aside);
    await hooks?.after?.('set-aside');
  }
  await disk.rename(temporary, folder);
  await hooks?.after?.('renamed');
  await disk.syncFolder(root);
  await hooks?.after?.('parent-synced');
  if (replaces) await disk.remove(aside);
  return folder;
}

export function tensorBytes(state: NamedTensors): number {
  let bytes = 0;
  for (const { data } of state.values()) bytes += data.byteLength;
  return bytes;
}

export interface KeepPolicy {
  /** Number of newest checkpoints that are kept, at least 1. */
  readonly keepLast: number;
  /** Multiples of this many steps are always kept; 0 for none. */
  readonly keepEvery: number;
}

/**
 * Remove checkpoints that the policy does not keep.
 *
 * @param current the checkpoint just saved; newer ones (of a run that was resumed further back) are
 *   neither counted nor removed
 * @param options.ignored steps of damaged checkpoints, neither counted nor removed
 * @param options.best the step of the best evaluation, which is kept
 * @returns the steps that were removed
 */
export async function pruneCheckpoints(
  root: string,
  current: number,
  policy: KeepPolicy,
  options: { ignored?: ReadonlySet<number>; best?: number; disk?: Disk } = {},
): Promise<number[]> {
  const disk = options.disk ?? nodeDisk;
  const entries = (await listCheckpoints(root)).filter(
    ({ step }) => step <= current && !options.ignored?.has(step),
  );
  const old = entries.slice(0, Math.max(0, entries.length - Math.max(1, policy.keepLast)));
  const removed: number[] = [];
  for (const { step, folder } of old) {
    if (policy.keepEvery > 0 && step % policy.keepEvery === 0) continue;
    if (step === options.best) continue;
    // The folder is renamed first, so that an interrupted removal leaves no partial checkpoint
    // under a step's name.
    const trash = path.join(root, `.trash-${step}-${process.pid}`);
    await disk.rename(folder, trash);
    await disk.remove(trash);
    removed.push(step);
  }
  return removed;
}

/**
 * Remove leftovers of interrupted saves and removals. The caller must hold the run's lock.
 * @returns the names that were removed or restored
 */
export async function cleanLeftovers(root: string, disk: Disk = nodeDisk): Promise<string[]> {
  const names = await namesIn(root);
  const leftovers = names.filter((name) => /^\.(tmp|old|trash)-/.test(name));
  for (const name of leftovers) {
    const step = /^\.old-(\d+)-/.exec(name)?.[1];
    const leftover = path.join(root, name);
    const original = step === undefined ? undefined : path.join(root, step);
    // The save stopped after setting the old one aside and before renaming the new one.
    if (original !== undefined && !existsSync(original)) await disk.rename(leftover, original);
    else await disk.remove(leftover);
  }
  return leftovers;
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
