/**
 * A file that only grows by whole pieces: a piece that does not fit on the disk leaves no part behind
 * and waits in memory until it does.
 */
import { existsSync } from 'node:fs';
import { asDiskError, type Disk, type DiskFile } from '../disk/disk.ts';

export class AppendFile {
  readonly #disk: Disk;
  readonly #file: string;
  #handle: DiskFile | undefined;
  #length: number;
  #waiting: Uint8Array[] = [];
  /** Whether part of a piece may lie behind `#length`. */
  #isTorn = false;

  /** @param length bytes that the file has now; it is opened with the first piece */
  constructor(disk: Disk, file: string, length: number) {
    this.#disk = disk;
    this.#file = file;
    this.#length = length;
  }

  /** Whether somebody has removed the file since it was opened. */
  get isRemoved(): boolean {
    return this.#handle !== undefined && !existsSync(this.#file);
  }

  /** @throws StudioError `disk-full`; the piece is kept for the next `append` or `flush` */
  async append(piece: Uint8Array): Promise<void> {
    this.#waiting.push(piece);
    await this.flush();
  }

  /** Write what waits. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    try {
      this.#handle ??= await this.#disk.append(this.#file);
      if (this.#isTorn) await this.#handle.truncate(this.#length);
      this.#isTorn = false;
      await this.#handle.write(bytes);
    } catch (error) {
      // Where that fails too, the half line is cut off before the next piece is written.
      await this.#handle?.truncate(this.#length).then(
        () => undefined,
        () => {
          this.#isTorn = true;
        },
      );
      throw asDiskError(error, this.#file);
    }
    this.#length += bytes.length;
    this.#waiting = [];
  }

  /** Flush to the device. */
  async sync(): Promise<void> {
    await this.#handle?.sync();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}
