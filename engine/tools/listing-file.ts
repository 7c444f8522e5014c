/**
 * The list of the images of a data set in one file, of which any page can be read without the rest: a line
 * of JSON for each image, the offset of each line, views (positions of some of the images), and a footer
 * with the offsets of these parts.
 *
 *     lines | offsets: images + 1 x float64 | views: n x uint32 each | footer: JSON | its length, magic
 */
import { type FileHandle, open } from 'node:fs/promises';
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import type { ImageItem } from '../contract/studio/datasets.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { readAt } from '../disk/read-head.ts';
import type { ListedLabels, ListedMeaning } from './listed-labels.ts';

/** An image in a listing; its index is its position. */
export interface ImageEntry extends Omit<ImageItem, 'index'> {
  /** Dense labels, which pages of the list leave out. */
  readonly labels?: ListedLabels;
}

export interface Footer {
  readonly folders: readonly string[];
  /** Of a set with dense labels: what they mean. */
  readonly meaning?: ListedMeaning;
  readonly images: number;
  readonly offsetsAt: number;
  /** Name → offset and number of its positions. */
  readonly views: Readonly<Record<string, { readonly at: number; readonly count: number }>>;
}

const MAGIC = Buffer.from('CONMIMLIST1\n');
const TAIL_BYTES = 8 + MAGIC.length;
const BLOCK_BYTES = 1 << 20;

/**
 * Write the list atomically: readers see the old list or the new one.
 *
 * @param images iterated once and not kept in memory
 * @param views  name → positions of images, in the order in which they are shown
 */
export async function writeListing(
  file: string,
  list: {
    readonly folders: readonly string[];
    readonly images: Iterable<ImageEntry>;
    readonly meaning?: ListedMeaning | undefined;
    readonly views: ReadonlyMap<string, readonly number[] | Uint32Array>;
  },
): Promise<void> {
  await writeFileAtomically(file, async (beside) => {
    const handle = await open(beside, 'w');
    try {
      await writeParts(new BlockWriter(handle), list);
    } finally {
      await handle.close();
    }
  });
}

async function writeParts(
  writer: BlockWriter,
  { folders, images, meaning, views }: Parameters<typeof writeListing>[1],
): Promise<void> {
  let offsets = new Float64Array(1024);
  let count = 0;
  for (const image of images) {
    if (count + 1 >= offsets.length) {
      const longer = new Float64Array(offsets.length * 2);
      longer.set(offsets);
      offsets = longer;
    }
    if (writer.isFull) await writer.flush();
    writer.add(Buffer.from(`${JSON.stringify(image)}\n`));
    offsets[++count] = writer.bytes;
  }
  await writer.flush();
  const offsetsAt = writer.bytes;
  writer.add(Buffer.from(offsets.buffer, 0, 8 * (count + 1)));
  const places: Record<string, { at: number; count: number }> = {};
  for (const [name, positions] of views) {
    places[name] = { at: writer.bytes, count: positions.length };
    writer.add(Buffer.from(Uint32Array.from(positions).buffer));
  }
  const footer: Footer = {
    folders,
    images: count,
    offsetsAt,
    views: places,
    ...defined({ meaning }),
  };
  const text = Buffer.from(JSON.stringify(footer));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  for (const part of [text, length, MAGIC]) writer.add(part);
  await writer.flush();
}

/** Collects small pieces into blocks. */
class BlockWriter {
  /** Bytes that were written or are buffered. */
  bytes = 0;
  readonly #handle: FileHandle;
  #buffered: Uint8Array[] = [];
  #bufferedBytes = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  get isFull(): boolean {
    return this.#bufferedBytes >= BLOCK_BYTES;
  }

  add(piece: Uint8Array): void {
    this.#buffered.push(piece);
    this.#bufferedBytes += piece.length;
    this.bytes += piece.length;
  }

  async flush(): Promise<void> {
    const block = Buffer.concat(this.#buffered);
    this.#buffered = [];
    this.#bufferedBytes = 0;
    await this.#handle.writeFile(block);
  }
}

/** Cached footers by file; those of data sets with many classes are long. */
export type FooterCache = Map<string, { readonly version: string; readonly footer: Footer }>;

/** An open list, which reads only the requested pages. */
export class ImageListing {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #footer: Footer;
  /** Another one for every scan. */
  readonly version: string;

  private constructor(file: string, handle: FileHandle, version: string, footer: Footer) {
    this.#file = file;
    this.#handle = handle;
    this.#footer = footer;
    this.version = `${file} ${version}`;
  }

  /** @throws StudioError `listing-missing`, `listing-damaged` */
  static async open(file: string, cache: FooterCache = new Map()): Promise<ImageListing> {
    const handle = await open(file, 'r').catch((cause: unknown) => {
      throw new StudioError('listing-missing', `There is no list of images at ${file}.`, {
        advice: 'Scan the data set.',
        cause,
      });
    });
    try {
      // The version detects a file that was replaced by a new scan.
      const { ino, mtimeMs, size } = await handle.stat();
      const version = `${ino} ${mtimeMs} ${size}`;
      const known = cache.get(file);
      if (known?.version === version) return new ImageListing(file, handle, version, known.footer);
      const footer = await readFooter(file, handle, size);
      cache.set(file, { version, footer });
      return new ImageListing(file, handle, version, footer);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get folders(): readonly string[] {
    return this.#footer.folders;
  }

  /** @returns undefined when the view does not exist */
  count(view?: string): number | undefined {
    if (view === undefined) return this.#footer.images;
    return Object.hasOwn(this.#footer.views, view) ? this.#footer.views[view]!.count : undefined;
  }

  /** Images from `offset` on, fewer at the end, in the order of the view. */
  async page(offset: number, count: number, view?: string): Promise<ImageItem[]> {
    const total = this.count(view) ?? 0;
    const end = Math.min(total, offset + count);
    if (offset >= end) return [];
    if (view === undefined) return this.#run(offset, end);
    return this.at(await this.#viewPart(view, offset, end));
  }

  /** All positions of a view; none where there is no such view. */
  view(name: string): Promise<Uint32Array> {
    return this.#viewPart(name, 0, this.count(name) ?? 0);
  }

  /** The positions of the images at these places of a view, or of the whole list. */
  async positions(places: readonly number[], view?: string): Promise<number[]> {
    if (view === undefined) return [...places];
    const parts = places.map((place) => this.#viewPart(view, place, place + 1));
    return (await Promise.all(parts)).map(([position]) => position!);
  }

  async #viewPart(view: string, from: number, to: number): Promise<Uint32Array> {
    if (from >= to) return new Uint32Array();
    const { at } = this.#footer.views[view]!;
    const bytes = await this.#read(at + from * 4, (to - from) * 4);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, to - from);
  }

  /** The images at these positions, in this order. */
  async at(positions: ArrayLike<number>): Promise<ImageItem[]> {
    const runs: Promise<ImageItem[]>[] = [];
    for (let i = 0; i < positions.length; ) {
      // Consecutive images are read together, since classes and duplicates are often adjacent.
      let length = 1;
      while (positions[i + length] === positions[i]! + length) length++;
      runs.push(this.#run(positions[i]!, positions[i]! + length));
      i += length;
    }
    return (await Promise.all(runs)).flat();
  }

  async #run(from: number, to: number): Promise<ImageItem[]> {
    return (await this.#entries(from, to)).map(({ labels: _, ...item }) => item);
  }

  async #entries(from: number, to: number): Promise<(ImageEntry & { readonly index: number })[]> {
    const bytes = await this.#read(this.#footer.offsetsAt + from * 8, (to - from + 1) * 8);
    const offsets = new Float64Array(bytes.buffer, bytes.byteOffset, to - from + 1);
    const start = offsets[0]!;
    const lines = await this.#read(start, offsets[to - from]! - start);
    return Array.from({ length: to - from }, (_, i) => {
      const line = lines.toString('utf8', offsets[i]! - start, offsets[i + 1]! - start);
      return { index: from + i, ...(JSON.parse(line) as ImageEntry) };
    });
  }

  get meaning(): ListedMeaning | undefined {
    return this.#footer.meaning;
  }

  /** An image with its dense labels. @throws StudioError `listing-damaged` */
  async entry(position: number): Promise<ImageEntry> {
    if (position >= this.#footer.images) throw damaged(this.#file);
    return (await this.#entries(position, position + 1))[0]!;
  }

  async #read(at: number, length: number): Promise<Buffer> {
    return readExactly(this.#file, this.#handle, at, length);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function readFooter(file: string, handle: FileHandle, size: number): Promise<Footer> {
  if (size < TAIL_BYTES) throw damaged(file);
  const tail = await readExactly(file, handle, size - TAIL_BYTES, TAIL_BYTES);
  const length = Number(tail.readBigUInt64LE(0));
  if (!tail.subarray(8).equals(MAGIC) || length > size - TAIL_BYTES) throw damaged(file);
  const text = await readExactly(file, handle, size - TAIL_BYTES - length, length);
  return JSON.parse(text.toString('utf8')) as Footer;
}

async function readExactly(
  file: string,
  handle: FileHandle,
  at: number,
  length: number,
): Promise<Buffer> {
  const bytes = await readAt(handle, at, length);
  if (bytes.length < length) throw damaged(file);
  return bytes;
}

function damaged(file: string): StudioError {
  return new StudioError('listing-damaged', `The list of images ${file} is damaged.`, {
    advice: 'Scan the data set again.',
    details: { path: file },
  });
}
