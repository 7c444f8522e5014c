/** What a format of containers lists and reads. A format is one file and one line in `formats.ts`. */
import type { Extent } from '../../../images/byte-source.ts';
import type { ByteSource } from '../../../images/stored-image.ts';

/** Where the content of an entry lies. What the last three numbers mean is up to the format. */
export interface EntryRecord {
  /** size of the content */
  readonly bytes: number;
  /** position in the file */
  readonly at: number;
  /** bytes in the file; of Parquet the row */
  readonly stored: number;
  readonly detail: number;
}

export interface ContainerEntry extends EntryRecord {
  /** with forward slashes, without "." and ".." */
  readonly name: string;
}

/** Why an entry, or the container from some place on, cannot be read. */
export interface EntryProblem {
  /** undefined for the container itself */
  readonly name?: string | undefined;
  readonly reason: string;
}

export interface ContainerListing {
  readonly entries: readonly ContainerEntry[];
  readonly problems: readonly EntryProblem[];
  /** what the format needs to know when it reads an entry; plain data */
  readonly facts?: Readonly<Record<string, number | string>>;
}

export type EntryNames = Pick<ContainerListing, 'problems'> & {
  /** in the order of the container */
  readonly names: readonly string[];
};

export type ContainerFacts = NonNullable<ContainerListing['facts']>;

export interface ContainerFormat {
  /** @throws ContainerFault where nothing can be read; AbortError when `signal` fires */
  list(source: ByteSource, signal?: AbortSignal): Promise<ContainerListing>;
  /** Where the content lies as it is; undefined where it must be decoded. @throws ContainerFault */
  extentOf(source: ByteSource, record: EntryRecord): Promise<Extent | undefined>;
  /** Content that must be decoded. @param key of the container's content @throws ContainerFault */
  decode(
    source: ByteSource,
    record: EntryRecord,
    facts: ContainerFacts,
    key: string,
  ): Promise<Buffer>;
  /** What follows from the table alone, so that the file need not be read again. */
  fromTable?(records: readonly EntryRecord[], facts: ContainerFacts): EntryNames;
}

/** Content of more bytes is not decoded into memory. */
export const MOST_DECODED_BYTES = 2 ** 30;
/** Containers with more entries are refused, since their names would fill the memory. */
export const MOST_ENTRIES = 10_000_000;

/** A fault of a container; the message completes "the container …" or "the entry …". */
export class ContainerFault extends Error {}

/**
 * A name as parts of a path; "./cat//1.jpg" is cat/1.jpg, and a leading slash is left out, as when
 * the container is unpacked.
 *
 * @returns undefined for a name that leads outside
 */
export function entryName(written: string): string | undefined {
  const parts = written.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || parts.length === 0 ? undefined : parts.join('/');
}

/** Reads small parts that follow each other by few calls of the system. */
export function readingAhead(source: ByteSource, ahead = 1 << 16): ByteSource {
  let window: Uint8Array = new Uint8Array(0);
  let from = 0;
  return {
    size: source.size,
    async read(offset, length) {
      if (offset < from || offset + length > from + window.length) {
        window = await source.read(offset, Math.min(Math.max(length, ahead), source.size - offset));
        from = offset;
      }
      return window.subarray(offset - from, offset - from + length);
    },
  };
}
