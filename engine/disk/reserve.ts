/**
 * Some space that is kept so that a full disk can still be reported: a file that is removed when there
 * is no space any more, for the status, the events and a last word.
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
   * Take it, if it is not there; random bytes, since a disk may compress.
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

  /** @returns whether there is more space than before */
  async release(): Promise<boolean> {
    if (!existsSync(this.#file)) return false;
    await this.#disk.remove(this.#file).catch(() => undefined);
    return true;
  }
}
