/**
 * File system operations that saving needs.
 *
 * A `Disk` is passed in, so that tests can simulate a full disk or a crash between any two calls. All
 * flushing, renaming and removing of run files goes through this module, on every operating system.
 */

import { constants, existsSync, mkdirSync, type StatsFs, statfsSync, statSync } from 'node:fs';
import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  statfs,
} from 'node:fs/promises';
import path from 'node:path';
import { fileError, isStudioError, type StudioError } from '../contract/errors.ts';
import { bytesText } from '../contract/number-text.ts';

export interface DiskFile {
  /** Append all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Flush to the device. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface Room {
  readonly bytes: number;
  /** Undefined where the file system does not count files. */
  readonly files: number | undefined;
}

export interface Disk {
  /** Create a folder and its missing parents. */
  makeFolder(folder: string): Promise<void>;
  /** Create or empty a file. */
  create(file: string): Promise<DiskFile>;
  /** Open for appending; created when missing. */
  append(file: string): Promise<DiskFile>;
  /** Atomic within one folder; replaces files, never folders. */
  rename(from: string, to: string): Promise<void>;
  /** Make renames in `folder` durable, where the system supports that. */
  syncFolder(folder: string): Promise<void>;
  /** Remove a file or folder if it exists. */
  remove(target: string): Promise<void>;
  /** Free space of the file system of `folder`; undefined where unknown. */
  room(folder: string): Promise<Room | undefined>;
}

/** Error codes of opening or flushing a folder on systems that cannot flush folders (Windows, some network disks). */
const UNSUPPORTED = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF', 'ENOSYS']);
/** Error codes of a rename while a virus scanner or indexer has the target open (Windows). */
const BUSY = new Set(['EPERM', 'EACCES', 'EBUSY']);
const RENAME_TRIES = 6;

export const nodeDisk: Disk = {
  makeFolder,
  async create(file) {
    return diskFile(await open(file, 'w'), 0);
  },
  async append(file) {
    // The mode is not 'a', since Windows cannot truncate a file that was opened for appending only.
    const handle = await open(file, constants.O_RDWR | constants.O_CREAT);
    return diskFile(handle, (await handle.stat()).size);
  },
  async rename(from, to) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await rename(from, to);
      } catch (error) {
        if (!BUSY.has(errorCode(error)) || attempt === RENAME_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt));
      }
    }
  },
  async syncFolder(folder) {
    try {
      await using handle = await open(folder, 'r');
      await handle.sync();
    } catch (error) {
      if (!UNSUPPORTED.has(errorCode(error))) throw error;
    }
  },
  async remove(target) {
    await rm(target, { recursive: true, force: true, maxRetries: 3 });
  },
  async room(folder) {
    try {
      return roomOf(await statfs(folder));
    } catch {
      return undefined;
    }
  },
};

/** Create a folder and its parents, without Node's option, which reports full disks as ENOENT. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (await isFolder(folder)) return;
    const parent = path.dirname(folder);
    if (errorCode(error) !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent);
    // Another process may have created the folder in the meantime.
    await mkdir(folder).catch(async (again: unknown) => {
      if (!(await isFolder(folder))) throw again;
    });
  }
}

/** The synchronous form of {@link makeFolder}. */
export function makeFolderSync(folder: string): void {
  const isThere = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  try {
    mkdirSync(folder);
  } catch (error) {
    if (isThere()) return;
    const parent = path.dirname(folder);
    if (errorCode(error) !== 'ENOENT' || parent === folder) throw error;
    makeFolderSync(parent);
    if (!isThere()) mkdirSync(folder);
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}

function roomOf({ bavail, bsize, files, ffree }: StatsFs): Room {
  return { bytes: bavail * bsize, files: files > 0 ? ffree : undefined };
}

/** Replace a small file atomically: write a temporary file beside it, flush it, and rename it. */
export async function replaceFile(
  disk: Disk,
  file: string,
  content: string | Uint8Array,
): Promise<void> {
  const beside = `${file}.tmp-${process.pid}`;
  try {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    await writeAndSync(disk, beside, bytes);
    await disk.rename(beside, file);
    await disk.syncFolder(path.dirname(file));
  } catch (error) {
    await disk.remove(beside).catch(() => undefined);
    throw asDiskError(error, file);
  }
}

export async function writeAndSync(disk: Disk, file: string, bytes: Uint8Array): Promise<void> {
  const handle = await disk.create(file);
  try {
    await handle.write(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Convert a file system error to a StudioError that names `target` (`disk-full` with the free space,
 * `disk-read-only`, `access-denied`, …); other errors are returned unchanged.
 *
 * @param neededBytes size of `target`, where it is known
 */
export function asDiskError(error: unknown, target: string, neededBytes?: number): unknown {
  const refused = fileError(error, target);
  if (refused === undefined) return error;
  const folder = nearestFolder(target);
  if (refused.code !== 'disk-full') {
    // A missing file cannot have refused the operation; its folder did.
    const at = existsSync(target) ? target : folder;
    return fileError(error, at) ?? error;
  }
  const room = roomNear(folder);
  const needs = neededBytes === undefined ? '' : `, ${bytesText(neededBytes)} are needed`;
  const free = room === undefined ? '' : `: ${roomText(room)} free${needs}`;
  const details = { freeBytes: room?.bytes, freeFiles: room?.files, neededBytes };
  return fileError(error, target, { words: free, details }) ?? error;
}

/**
 * Run `work`, which writes to `target`, and convert its file system errors.
 *
 * @throws StudioError as {@link asDiskError} returns it; other errors of `work` are unchanged
 */
export async function onDisk<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asDiskError(error, target);
  }
}

function nearestFolder(target: string): string {
  let folder = path.dirname(path.resolve(target));
  while (!existsSync(folder) && path.dirname(folder) !== folder) folder = path.dirname(folder);
  return folder;
}

function roomNear(folder: string): Room | undefined {
  try {
    return roomOf(statfsSync(folder));
  } catch {
    return undefined;
  }
}

function roomText({ bytes, files }: Room): string {
  const space = `${bytesText(bytes)} are`;
  return files === 0 ? `no further file can be made (inodes) although ${space}` : space;
}

export function isDiskFull(error: unknown): error is StudioError<'disk-full'> {
  return isStudioError(error, 'disk-full');
}

/** Names of the entries of a folder; empty when the folder does not exist. */
export function namesIn(folder: string): Promise<string[]> {
  return ifMissing(readdir(folder), []);
}

/** What was looked for, or `otherwise` where there is no such file or folder. */
export function ifMissing<T, N>(found: Promise<T>, otherwise: N): Promise<T | N> {
  return found.catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return otherwise;
    throw error;
  });
}

export function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** The `code` of a file system error; empty for anything else. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function diskFile(handle: FileHandle, size: number): DiskFile {
  let end = size;
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, end);
        at += bytesWritten;
        end += bytesWritten;
      }
    },
    sync: () => handle.sync(),
    async truncate(length) {
      await handle.truncate(length);
      end = length;
    },
    close: () => handle.close(),
  };
}
