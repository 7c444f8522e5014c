/**
 * A shard: prepared pictures one after the other, then a record of each, then the number of records,
 * their CRC-32 and a mark. A shard appears under its name when it is complete.
 */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { type Disk, onDisk } from '../../disk/disk.ts';
import { ID_BYTES } from './entry-ids.ts';
import { ENCODINGS, type EntryLayout } from './entry-layout.ts';

/** A picture in a shard, and the image that it was made of. */
export interface ShardEntry extends EntryLayout {
  readonly contentId: Uint8Array;
  readonly placeId: Uint8Array;
  /** pixels of the image, after orientation */
  readonly imageWidth: number;
  readonly imageHeight: number;
  /** of its first byte in the shard */
  readonly offset: number;
}

const MARK = Buffer.from('CMPREP01');
const TAIL_BYTES = 8 + MARK.length;
export const RECORD_BYTES = 2 * ID_BYTES + 32;
const SHARD_NAME = /^shard-(\d{6})\.bin$/;
const UNFINISHED = '.part';

export function shardPath(folder: string, number: number): string {
  return path.join(folder, `shard-${String(number).padStart(6, '0')}.bin`);
}

/** Numbers of the complete shards among the names of a folder, in order. */
export function shardNumbers(names: readonly string[]): number[] {
  return names
    .flatMap((name) => SHARD_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

export function isUnfinished(name: string): boolean {
  return name.endsWith(UNFINISHED);
}

export function writeRecord(entry: ShardEntry): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.set(entry.contentId, 0);
  record.set(entry.placeId, ID_BYTES);
  const numbers = 2 * ID_BYTES;
  record.writeBigUInt64LE(BigInt(entry.offset), numbers);
  record.writeUInt32LE(entry.imageWidth, numbers + 8);
  record.writeUInt32LE(entry.imageHeight, numbers + 12);
  record.writeUInt32LE(entry.width, numbers + 16);
  record.writeUInt32LE(entry.height, numbers + 20);
  record.writeUInt16LE(entry.channels, numbers + 24);
  record.writeUInt16LE(ENCODINGS.indexOf(entry.encoding), numbers + 26);
  return record;
}

export function readRecord(records: Buffer, at: number): ShardEntry {
  const numbers = at + 2 * ID_BYTES;
  return {
    contentId: records.subarray(at, at + ID_BYTES),
    placeId: records.subarray(at + ID_BYTES, numbers),
    offset: Number(records.readBigUInt64LE(numbers)),
    imageWidth: records.readUInt32LE(numbers + 8),
    imageHeight: records.readUInt32LE(numbers + 12),
    width: records.readUInt32LE(numbers + 16),
    height: records.readUInt32LE(numbers + 20),
    channels: records.readUInt16LE(numbers + 24),
    encoding: ENCODINGS[records.readUInt16LE(numbers + 26)]!,
  };
}

/** The records of a shard; undefined where it is damaged. */
export async function readRecords(shard: string): Promise<Buffer | undefined> {
  const handle = await open(shard, 'r');
  try {
    const { size } = await handle.stat();
    if (size < TAIL_BYTES) return undefined;
    const tail = Buffer.alloc(TAIL_BYTES);
    await handle.read(tail, 0, TAIL_BYTES, size - TAIL_BYTES);
    if (!tail.subarray(8).equals(MARK)) return undefined;
    const bytes = tail.readUInt32LE(0) * RECORD_BYTES;
    if (bytes > size - TAIL_BYTES) return undefined;
    const records = Buffer.alloc(bytes);
    await handle.read(records, 0, bytes, size - TAIL_BYTES - bytes);
    return crc32(records) === tail.readUInt32LE(4) ? records : undefined;
  } finally {
    await handle.close();
  }
}

/** Writes one shard. @throws StudioError `disk-full` and others of the disk */
export class ShardWriter {
  readonly #disk: Disk;
  readonly #shard: string;
  readonly #file: Awaited<ReturnType<Disk['create']>>;
  readonly #records: Buffer[] = [];
  #bytes = 0;

  private constructor(disk: Disk, shard: string, file: Awaited<ReturnType<Disk['create']>>) {
    this.#disk = disk;
    this.#shard = shard;
    this.#file = file;
  }

  static async create(disk: Disk, shard: string): Promise<ShardWriter> {
    const file = await onDisk(shard, () => disk.create(`${shard}${UNFINISHED}`));
    return new ShardWriter(disk, shard, file);
  }

  get bytes(): number {
    return this.#bytes;
  }

  async add(entry: Omit<ShardEntry, 'offset'>, bytes: Uint8Array): Promise<void> {
    await onDisk(this.#shard, () => this.#file.write(bytes));
    this.#records.push(writeRecord({ ...entry, offset: this.#bytes }));
    this.#bytes += bytes.length;
  }

  /** The shard is complete and appears. */
  async finish(): Promise<void> {
    const records = Buffer.concat(this.#records);
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(this.#records.length, 0);
    tail.writeUInt32LE(crc32(records), 4);
    await onDisk(this.#shard, async () => {
      try {
        await this.#file.write(Buffer.concat([records, tail, MARK]));
        await this.#file.sync();
      } finally {
        await this.#file.close();
      }
      await this.#disk.rename(`${this.#shard}${UNFINISHED}`, this.#shard);
      await this.#disk.syncFolder(path.dirname(this.#shard));
    });
  }

  /** Nothing of it stays. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await this.#disk.remove(`${this.#shard}${UNFINISHED}`).catch(() => undefined);
  }
}
