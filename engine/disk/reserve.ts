/**
 * Reserved disk space, so that a full disk can still be reported: a file that is removed when no space is
 * left, to make room for the status, the events and the final message.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { asDiskError, type Disk, writeAndSync } from './disk.ts';

const BYTES = 64 * 1024;

export class DiskReserve {
  readonly #disk: Disk;
  readonly #file: string;

  constructor(disk: Disk, file: string) {
    this.#disk = disk;
    this.#file = file;
  }

  /**
   * Create the file unless it exists. It has random bytes, since a disk may compress.
   *
   * @throws StudioError `disk-full`
   */
  async take(): Promise<void> {
    if (existsSync(this.#file)) return;
    try {
      await writeAndSync(this.#disk, this.#file, randomBytes(BYTES));
    } catch (error) {
      await this.release();
      throw asDiskError(error, this.#file, BYTES);
    }
  }

  /** @returns whether space was freed */
  async release(): Promise<boolean> {
    if (!existsSync(this.#file)) return false;
    await this.#disk.remove(this.#file).catch(() => undefined);
    return true;
  }
}
