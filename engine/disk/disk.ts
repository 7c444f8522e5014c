/**
 * What saving needs of a disk.
 *
 * Injected, so that tests can fill the disk or stop the process between any two calls. The functions
 * here are the only places that flush, rename and remove for runs, on every operating system.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';

export interface DiskFile {
  /** Append all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Flush to the device. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  makeFolder(folder: string): Promise<void>;
  /** Create or empty a file. */
  create(file: string): Promise<DiskFile>;
  /** Open for appending; created when missing. */
  append(file: string): Promise<DiskFile>;
  /** Atomic within one folder; replaces files, never folders. */
  rename(from: string, to: string): Promise<void>;
  /** Make renames in `folder` durable, where the system can. */
  syncFolder(folder: string): Promise<void>;
  /** Remove a file or folder, if there. */
  remove(target: string): Promise<void>;
  /** Bytes that can still be written near `folder`; undefined where unknown. */
  freeBytes(folder: string): Promise<number | undefined>;
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);
/** What opening or flushing a folder answers where folders cannot be flushed (Windows, some network disks). */
const UNSUPPORTED = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF', 'ENOSYS']);
/** What a rename answers while a virus scanner or indexer has the target open (Windows). */
const BUSY = new Set(['EPERM', 'EACCES', 'EBUSY']);
const RENAME_TRIES = 6;

/** The real disk. */
export const nodeDisk: Disk = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true });
  },
  async create(file) {
    return diskFile(await open(file, 'w'), 0);
  },
  async append(file) {
    // Not 'a': Windows lets nobody truncate a file that was opened for appending only.
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
      const handle = await open(folder, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!UNSUPPORTED.has(errorCode(error))) throw error;
    }
  },
  async remove(target) {
    await rm(target, { recursive: true, force: true, maxRetries: 3 });
  },
  async freeBytes(folder) {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    } catch {
      return undefined;
    }
  },
};

/** Write a small file completely or not at all: beside it, flushed, then renamed over it. */
export async function replaceFile(disk: Disk, file: string, text: string): Promise<void> {
  const beside = `${file}.tmp-${process.pid}`;
  try {
    await writeAndSync(disk, beside, new TextEncoder().encode(text));
    await disk.rename(beside, file);
  } catch (error) {
    await disk.remove(beside).catch(() => undefined);
    throw asDiskError(error, file);
  }
  await disk.syncFolder(path.dirname(file));
}

/** Write and flush a new file. */
export async function writeAndSync(disk: Disk, file: string, bytes: Uint8Array): Promise<void> {
  const handle = await disk.create(file);
  try {
    await handle.write(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A full disk as StudioError `disk-full`; everything else unchanged. */
export function asDiskError(error: unknown, target: string): unknown {
  if (!FULL.has(errorCode(error))) return error;
  return new StudioError('disk-full', `There is no space left on the disk for ${target}.`, {
    advice: 'Free some space and resume; nothing that was saved before is lost.',
    details: { path: target },
    cause: error,
  });
}

/** True for an error that means that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof StudioError && error.code === 'disk-full';
}

/** Names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
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
