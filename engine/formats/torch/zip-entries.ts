/**
 * Entries of a zip archive by name, with random access; only requested entries are read, each once.
 *
 * yauzl reads the directory (zip64, data descriptors, padding). The data are read here, directly
 * into their final memory, since a checkpoint's entries can be gigabytes and are not compressed.
 */
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { type ByteSource, readBytes } from './byte-source.ts';
import { Malformed, printable } from './refusals.ts';

const inflateRaw = promisify(zlib.inflateRaw);

const STORED = 0;
const DEFLATED = 8;
const MAX_ENTRIES = 250_000;
/** The directory is read in small consecutive pieces, so reads are buffered. */
const READ_AHEAD_BYTES = 64 * 1024;
const CHECK_CHUNK_BYTES = 16 * 1024 * 1024;

/** @throws Malformed when the directory is damaged or ambiguous */
export async function openZip(source: ByteSource): Promise<ZipEntries> {
  const reader = new SourceReader(source);
  return reader.guard(async () => {
    const zip = await fromRandomAccessReaderPromise(reader, source.size, { autoClose: false });
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) {
        throw new Malformed(`its zip archive has two entries ${printable(entry.fileName)}`);
      }
      if (entries.size === MAX_ENTRIES) {
        throw new Malformed(`its zip archive has more than ${MAX_ENTRIES} entries`);
      }
      entries.set(entry.fileName, entry);
    }
    return new ZipEntries(source, reader, zip, entries);
  });
}

export class ZipEntries {
  readonly #source: ByteSource;
  readonly #reader: SourceReader;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(
    source: ByteSource,
    reader: SourceReader,
    zip: ZipFile,
    entries: ReadonlyMap<string, Entry>,
  ) {
    this.#source = source;
    this.#reader = reader;
    this.#zip = zip;
    this.#entries = entries;
  }

  names(): Iterable<string> {
    return this.#entries.keys();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Position of the entry in the file, for reading in order. */
  positionOf(name: string): number {
    return this.#find(name).relativeOffsetOfLocalHeader;
  }

  /** Decompressed size of the entry in bytes, as stated in the archive. */
  sizeOf(name: string): number {
    return this.#find(name).uncompressedSize;
  }

  /** @throws Malformed when the data do not have the stated size and checksum */
  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.#find(name);
    const { fileDataStart } = await this.#reader.guard(() =>
      this.#zip.readLocalFileHeaderPromise(entry, { minimal: true }),
    );
    const raw = await readBytes(this.#source, fileDataStart, entry.compressedSize);
    const data = await decode(entry, raw);
    if (data.length !== entry.uncompressedSize) {
      throw new Malformed(`its entry ${printable(name)} does not have the size that it claims`);
    }
    await checkSum(entry, data);
    return data;
  }

  #find(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new Malformed(`its zip archive has no entry ${printable(name)}`);
    return entry;
  }
}

async function decode(
  entry: Entry,
  raw: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const shown = printable(entry.fileName);
  if (entry.isEncrypted()) throw new Malformed(`its entry ${shown} is encrypted`);
  if (entry.compressionMethod === STORED) return raw;
  if (entry.compressionMethod !== DEFLATED) {
    throw new Malformed(`its entry ${shown} uses compression ${entry.compressionMethod}`);
  }
  try {
    const maxOutputLength = Math.max(1, entry.uncompressedSize);
    return new Uint8Array(await inflateRaw(raw, { maxOutputLength }));
  } catch (cause) {
    throw new Malformed(`its entry ${shown} cannot be decompressed`, { cause });
  }
}

async function checkSum(entry: Entry, data: Uint8Array): Promise<void> {
  // PyTorch can omit the checksum, which is zero then.
  if (entry.crc32 === 0) return;
  let sum = 0;
  for (let at = 0; at < data.length; at += CHECK_CHUNK_BYTES) {
    if (at > 0) await setImmediate();
    sum = zlib.crc32(data.subarray(at, at + CHECK_CHUNK_BYTES), sum);
  }
  if (sum !== entry.crc32) {
    throw new Malformed(`its entry ${printable(entry.fileName)} is damaged (checksum)`);
  }
}

/** Passes bytes to yauzl. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;
  /** Rejects when yauzl throws inside a callback, where no caller could catch the error. */
  readonly #broken: Promise<never>;
  #break: (error: unknown) => void = () => {};
  #ahead = new Uint8Array(0);
  #aheadAt = 0;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
    this.#broken = new Promise((_, reject) => {
      this.#break = reject;
    });
    this.#broken.catch(() => {});
  }

  /** Run a call of yauzl and convert its errors to Malformed. */
  async guard<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await Promise.race([run(), this.#broken]);
    } catch (error) {
      const isOwn = error instanceof Malformed || !(error instanceof Error) || 'syscall' in error;
      if (isOwn) throw error;
      throw new Malformed(`its zip archive is damaged (${printable(error.message)})`, {
        cause: error,
      });
    }
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#fill(buffer.subarray(offset, offset + length), position)
      .then(() => callback(null), callback)
      .catch(this.#break);
  }

  async #fill(target: Uint8Array, position: number): Promise<void> {
    const inside = () =>
      position >= this.#aheadAt && position + target.length <= this.#aheadAt + this.#ahead.length;
    if (!inside()) {
      const length = Math.min(READ_AHEAD_BYTES, this.#source.size - position);
      if (target.length > length) return this.#source.readInto(target, position);
      this.#ahead = await readBytes(this.#source, position, length);
      this.#aheadAt = position;
    }
    const from = position - this.#aheadAt;
    target.set(this.#ahead.subarray(from, from + target.length));
  }
}
