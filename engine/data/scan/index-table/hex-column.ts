/** Columns of hashes: in memory, or of very many files in a file beside the index, by block. */
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { temporaryPath } from '../../../disk/atomic-file.ts';

export interface HexColumn {
  /** @param hex of the column's width */
  write(row: number, hex: string): void;
  read(row: number): string;
  readonly memoryBytes: number;
  dispose(): void;
}

export function hexInMemory(bytes: Buffer, width: number): HexColumn {
  return {
    write: (row, hex) => void bytes.write(hex, row * width, 'hex'),
    read: (row) => bytes.toString('hex', row * width, (row + 1) * width),
    memoryBytes: bytes.length,
    dispose() {},
  };
}

const BLOCK_ROWS = 4096;
/** Blocks in memory: those that merging and grouping go through at once. */
const MOST_BLOCKS = 8;

/**
 * A column in a file that ends with the column or the process. Scans fill rows nearly in order, and
 * read them so.
 *
 * @param beside what the file lies beside
 * @returns undefined where the file cannot be made
 */
export function hexOnDisk(beside: string, width: number): HexColumn | undefined {
  const file = temporaryPath(beside);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    return new DiskColumn(file, openSync(file, 'wx+'), width);
  } catch {
    return undefined;
  }
}

interface Block {
  readonly bytes: Buffer;
  isChanged: boolean;
}

/** Columns that nobody disposed of. */
const LOST = new FinalizationRegistry<() => void>((close) => close());

class DiskColumn implements HexColumn {
  readonly #width: number;
  readonly #fd: number;
  readonly #close: () => void;
  /** by number; the one that was used last is last */
  readonly #blocks = new Map<number, Block>();
  #last: { readonly number: number; readonly block: Block } | undefined;
  /** where the disk is full, blocks stay in memory */
  #mostBlocks = MOST_BLOCKS;

  constructor(file: string, fd: number, width: number) {
    this.#width = width;
    this.#fd = fd;
    this.#close = closing(file, fd);
    LOST.register(this, this.#close, this);
  }

  write(row: number, hex: string): void {
    const block = this.#block(Math.floor(row / BLOCK_ROWS));
    block.bytes.write(hex, (row % BLOCK_ROWS) * this.#width, 'hex');
    block.isChanged = true;
  }

  read(row: number): string {
    const { bytes } = this.#block(Math.floor(row / BLOCK_ROWS));
    const at = (row % BLOCK_ROWS) * this.#width;
    return bytes.toString('hex', at, at + this.#width);
  }

  get memoryBytes(): number {
    return this.#blocks.size * BLOCK_ROWS * this.#width;
  }

  dispose(): void {
    LOST.unregister(this);
    this.#blocks.clear();
    this.#last = undefined;
    this.#close();
  }

  #block(number: number): Block {
    if (this.#last?.number === number) return this.#last.block;
    const block = this.#blocks.get(number) ?? this.#load(number);
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    this.#last = { number, block };
    for (const [old, oldest] of this.#blocks) {
      if (this.#blocks.size <= this.#mostBlocks) break;
      this.#store(old, oldest);
    }
    return block;
  }

  #load(number: number): Block {
    const bytes = Buffer.alloc(BLOCK_ROWS * this.#width);
    const at = number * bytes.length;
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#fd, bytes, done, bytes.length - done, at + done);
      // What was never written is zeros.
      if (read === 0) break;
      done += read;
    }
    return { bytes, isChanged: false };
  }

  #store(number: number, { bytes, isChanged }: Block): void {
    try {
      const at = number * bytes.length;
      for (let done = 0; isChanged && done < bytes.length; )
        done += writeSync(this.#fd, bytes, done, bytes.length - done, at + done);
      this.#blocks.delete(number);
    } catch {
      this.#mostBlocks = Number.POSITIVE_INFINITY;
    }
  }
}

/** Without references to the column, which could not be given up otherwise. */
function closing(file: string, fd: number): () => void {
  const remove = () => rmSync(file, { force: true });
  // Where open files can be removed, nothing is left whatever happens to the process.
  const isRemoved = process.platform !== 'win32';
  if (isRemoved) remove();
  return () => {
    closeSync(fd);
    if (!isRemoved) remove();
  };
}
