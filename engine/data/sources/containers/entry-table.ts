/**
 * Where the entries of a container lie, without their names: 40 bytes an entry, found by a hash of
 * the name. Tables are stored beside the memory of scans, so that worker threads and later processes
 * need not read the containers' own directories.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../../../disk/atomic-file.ts';
import type { ContainerEntry, ContainerFacts, EntryRecord } from './container.ts';

/** Increase this when tables store something else; older ones are then ignored. */
const VERSION = 1;

/** Size and time of the container that a table is of. */
export interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
}

const COLUMNS = ['hash', 'bytes', 'at', 'stored', 'detail'] as const;

type Columns = Readonly<Record<(typeof COLUMNS)[number], Float64Array>>;

export class EntryTable {
  readonly stamp: Stamp;
  readonly facts: ContainerFacts;
  readonly #columns: Columns;

  private constructor(stamp: Stamp, facts: ContainerFacts, columns: Columns) {
    this.stamp = stamp;
    this.facts = facts;
    this.#columns = columns;
  }

  /** @param entries each with a name of its own */
  static of(stamp: Stamp, entries: readonly ContainerEntry[], facts: ContainerFacts): EntryTable {
    const hashes = Float64Array.from(entries, ({ name }) => hashOf(name));
    const order = Uint32Array.from(entries.keys()).sort((a, b) => hashes[a]! - hashes[b]!);
    const column = (valueAt: (i: number) => number) => Float64Array.from(order, valueAt);
    return new EntryTable(stamp, facts, {
      hash: column((i) => hashes[i]!),
      bytes: column((i) => entries[i]!.bytes),
      at: column((i) => entries[i]!.at),
      stored: column((i) => entries[i]!.stored),
      detail: column((i) => entries[i]!.detail),
    });
  }

  get count(): number {
    return this.#columns.hash.length;
  }

  get memoryBytes(): number {
    return 8 * COLUMNS.length * this.count;
  }

  isOf({ size, mtimeMs }: Stamp): boolean {
    return this.stamp.size === size && this.stamp.mtimeMs === mtimeMs;
  }

  find(name: string): EntryRecord | undefined {
    const { hash } = this.#columns;
    const wanted = hashOf(name);
    let [low, high] = [0, hash.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hash[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return hash[low] === wanted ? this.#recordAt(low) : undefined;
  }

  /** In no stated order. */
  records(): EntryRecord[] {
    return Array.from(this.#columns.hash, (_, i) => this.#recordAt(i));
  }

  #recordAt(i: number): EntryRecord {
    const { bytes, at, stored, detail } = this.#columns;
    return { bytes: bytes[i]!, at: at[i]!, stored: stored[i]!, detail: detail[i]! };
  }

  async write(file: string): Promise<void> {
    const head = { version: VERSION, ...this.stamp, count: this.count, facts: this.facts };
    const text = Buffer.from(JSON.stringify(head));
    const start = Buffer.alloc(8);
    start.writeUInt32LE(text.length);
    const columns = COLUMNS.map((name) => bytesOf(this.#columns[name]));
    await writeFileAtomically(file, (beside) =>
      writeFile(beside, Buffer.concat([start, text, ...columns])),
    );
  }

  /** @returns undefined without a valid file */
  static async read(file: string): Promise<EntryTable | undefined> {
    try {
      const content = await readFile(file);
      const from = 8 + content.readUInt32LE(0);
      const head = JSON.parse(content.toString('utf8', 8, from));
      const { version, size, mtimeMs, count, facts } = head;
      if (version !== VERSION || content.length !== from + 8 * COLUMNS.length * count)
        return undefined;
      const column = (i: number) =>
        new Float64Array(
          Uint8Array.from(content.subarray(from + 8 * i * count, from + 8 * (i + 1) * count))
            .buffer,
        );
      const columns = Object.fromEntries(COLUMNS.map((name, i) => [name, column(i)]));
      return new EntryTable({ size, mtimeMs }, facts, columns as unknown as Columns);
    } catch {
      return undefined;
    }
  }
}

/** Of a table within a folder of tables. */
export function tableFile(folder: string, container: string): string {
  const name = createHash('sha256').update(path.resolve(container)).digest('hex').slice(0, 32);
  return path.join(folder, `${name}.entries`);
}

/** 53 bits, so that names of one container do not meet by chance. */
function hashOf(name: string): number {
  const digest = createHash('sha256').update(name).digest();
  return digest.readUInt32LE(0) * 2 ** 21 + (digest.readUInt32LE(4) >>> 11);
}

function bytesOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
