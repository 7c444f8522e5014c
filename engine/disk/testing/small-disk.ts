/** A real file system in a file, small enough to be filled. Linux only, and only where mounting is allowed. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SmallDisk {
  /** Where it is mounted. */
  readonly dir: string;
  /** Leave no space for a byte. */
  fillBytes(): void;
  /** Leave no room for another file. */
  fillFiles(): void;
  /** Undo both. */
  empty(): void;
  remount(how: 'ro' | 'rw'): void;
  dispose(): void;
}

const mounted = new Set<SmallDisk>();
process.once('exit', () => {
  for (const disk of mounted) disk.dispose();
});

/** @returns the reason where a file system cannot be made or mounted here */
export function smallDisk(megabytes = 8, files = 256): SmallDisk | string {
  if (process.platform !== 'linux') return 'only Linux mounts files';
  const root = mkdtempSync(path.join(tmpdir(), 'conmim-disk-'));
  const image = path.join(root, 'image');
  const dir = path.join(root, 'mounted');
  const failed = (reason: string) => {
    rmSync(root, { recursive: true, force: true });
    return reason;
  };
  mkdirSync(dir);
  writeFileSync(image, '');
  truncateSync(image, megabytes * 2 ** 20);
  const features = ['-q', '-t', 'ext4', '-O', '^has_journal', '-m', '0', '-b', '4096'];
  const made = run('mke2fs', [...features, '-N', String(files), image]);
  if (made !== undefined) return failed(made);
  // Blocks are allocated at once: with delayed allocation some return after the disk was filled.
  const isMounted = run('mount', ['-o', 'loop,nodelalloc', image, dir]);
  if (isMounted !== undefined) return failed(isMounted);
  const filler = path.join(dir, 'filler');
  const fillers = path.join(dir, 'fillers');
  // The folder for the filling files is created before the disk is full.
  mkdirSync(fillers);
  writeFileSync(filler, '');
  const disk: SmallDisk = {
    dir,
    fillBytes() {
      const handle = openSync(filler, 'a');
      // Flushing may return blocks that held metadata.
      while (fill(handle) > 0) fsyncSync(handle);
      closeSync(handle);
      // A block may be left that the file system keeps for small files.
      for (let i = 0; statfsSync(dir).bavail > 0; i++) {
        if (!writeSmallFile(path.join(fillers, `small-${i}`))) return;
      }
    },
    fillFiles() {
      try {
        for (let i = 0; ; i++) writeFileSync(path.join(fillers, String(i)), '');
      } catch {
        if (statfsSync(dir).ffree > 0) throw new Error('The folder is full before the disk is.');
      }
    },
    empty() {
      const handle = openSync(filler, 'r+');
      ftruncateSync(handle, 0);
      fsyncSync(handle);
      closeSync(handle);
      for (const name of readdirSync(fillers)) rmSync(path.join(fillers, name));
    },
    remount(how) {
      run('mount', ['-o', `remount,${how}`, dir]);
    },
    dispose() {
      if (!mounted.delete(disk)) return;
      // A file may still be open for a moment; a lazy unmount ends when it is closed.
      if (run('umount', [dir]) !== undefined) run('umount', ['-l', dir]);
      rmSync(root, { recursive: true, force: true });
    },
  };
  mounted.add(disk);
  return disk;
}

/** @returns how many bytes were written */
function fill(handle: number): number {
  let written = 0;
  for (let size = 2 ** 20; size >= 1; size >>= 1) {
    try {
      for (let part = size; part === size; written += part)
        part = writeSync(handle, Buffer.alloc(size));
    } catch {
      // Smaller pieces may still fit.
    }
  }
  return written;
}

/** Write a file of one block. @returns false where there is no room for it */
function writeSmallFile(file: string): boolean {
  try {
    writeFileSync(file, 'x', { flush: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return false;
  }
}

/** @returns what went wrong */
function run(command: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) return `${command}: ${error.message}`;
  return status === 0 ? undefined : `${command}: ${stderr.trim()}`;
}
