/**
 * The images of a labelled set, in columns: an image is put together from them when it is asked for, and
 * of what is asked for alone, since its hashes may lie on the disk.
 */
import type { StoredKind } from '../../contract/stored-kind.ts';
import type { LabelledSample, Split } from '../annotations/labelled-types.ts';
import { splitOfCode } from '../annotations/split-codes.ts';
import type { FactList } from '../scan/fact-list.ts';
import type { FileFacts } from '../scan/file-facts.ts';
import { partsOf, sampleOf, samplePart } from '../scan/sample-of.ts';
import type { Sample } from '../sources/index-types.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import { LazySample } from '../sources/lazy-sample.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { LabelLists } from './combinations.ts';
import type { Listing } from './listing.ts';

interface TableParts {
  readonly listing: Pick<Listing, 'files' | 'images'>;
  /** of the files */
  readonly facts: FactList;
  /** positions of the images that can be used */
  readonly usable: Uint32Array;
  /** the number of each of the listing's labels */
  readonly labelOf: Uint32Array;
  /** what these numbers stand for, where images may have several labels */
  readonly lists: LabelLists | undefined;
}

export class LabelledTable implements LazyList<LabelledSample> {
  readonly length: number;
  readonly #files: LazyList<FoundFile>;
  readonly #facts: FactList;
  readonly #lists: LabelLists | undefined;
  /** of each image the position of its file */
  readonly #rows: Uint32Array;
  readonly #labels: Uint16Array | Uint32Array;
  /** undefined where no image has one */
  readonly #splits: Uint8Array | undefined;
  /** of each image the number of its picture or tile; undefined where no file has several */
  readonly #parts: Uint32Array | undefined;

  constructor({ listing, facts, usable, labelOf, lists }: TableParts) {
    const { files, images } = listing;
    this.#files = files;
    this.#facts = facts;
    this.#lists = lists;
    let [count, hasParts, hasSplits] = [0, false, false];
    for (const i of usable) {
      const parts = readParts(facts.textsAt(images.fileAt(i))!);
      count += parts ?? 1;
      hasParts ||= parts !== undefined;
      hasSplits ||= images.splitCodeAt(i) !== 0;
    }
    const isWide = labelOf.some((label) => label >= 2 ** 16);
    this.length = count;
    this.#rows = new Uint32Array(count);
    this.#labels = isWide ? new Uint32Array(count) : new Uint16Array(count);
    this.#splits = hasSplits ? new Uint8Array(count) : undefined;
    this.#parts = hasParts ? new Uint32Array(count) : undefined;
    let at = 0;
    for (const i of usable) {
      const file = images.fileAt(i);
      const parts = hasParts ? readParts(facts.textsAt(file)!) : undefined;
      for (let part = 0; part < (parts ?? 1); part++) {
        this.#rows[at] = file;
        this.#labels[at] = labelOf[images.labelsAt(i)]!;
        if (this.#splits !== undefined) this.#splits[at] = images.splitCodeAt(i);
        if (this.#parts !== undefined) this.#parts[at] = part;
        at++;
      }
    }
  }

  at(position: number): LabelledSample | undefined {
    if (position >= this.length) return undefined;
    // Getters may give undefined where a property may be absent alone.
    return new TableImage(this, position) as LabelledSample;
  }

  *[Symbol.iterator](): Generator<LabelledSample> {
    for (let position = 0; position < this.length; position++) yield this.at(position)!;
  }

  labelAt(position: number): number {
    return this.#labels[position]!;
  }

  labelsAt(position: number): readonly number[] | undefined {
    return this.#lists?.of(this.#labels[position]!);
  }

  splitAt(position: number): Split | undefined {
    return this.#splits === undefined ? undefined : splitOfCode(this.#splits[position]!);
  }

  /** Whether a file is a picture of 8 bits, whose facts are those of its image. */
  isPlain(position: number): boolean {
    return this.#facts.textsAt(this.#rows[position]!)!.stored === undefined;
  }

  fileAt(position: number): string {
    return this.#files.at(this.#rows[position]!)!.path;
  }

  hexAt(name: 'hash' | 'phash', position: number): string {
    return this.#facts.hexAt(name, this.#rows[position]!);
  }

  sampleAt(position: number, hashes: 'with hashes' | 'without hashes'): Sample {
    const row = this.#rows[position]!;
    const found = (
      hashes === 'with hashes' ? this.#facts.at(row) : this.#facts.withoutHashes(row)
    )!;
    const file = this.fileAt(position);
    return readParts(found) === undefined
      ? sampleOf(file, found)
      : samplePart(file, found, this.#parts![position]!);
  }

  /** Memory of the images and their files. */
  get memoryBytes(): number {
    const own = [this.#rows, this.#labels, this.#splits, this.#parts];
    const files = this.#files as { readonly memoryBytes?: number };
    return own.reduce(
      (sum, column) => sum + (column?.byteLength ?? 0),
      this.#facts.memoryBytes + (files.memoryBytes ?? 0),
    );
  }
}

/** Files of several pictures have one label each, and 8-bit ones are read as one picture. */
function readParts(found: Partial<FileFacts>): number | undefined {
  return found.stored === undefined ? undefined : partsOf(found);
}

/** Reads the columns when it is asked. */
class TableImage extends LazySample {
  readonly #table: LabelledTable;
  readonly #position: number;

  constructor(table: LabelledTable, position: number) {
    super(table, position);
    this.#table = table;
    this.#position = position;
  }

  get label(): number {
    return this.#table.labelAt(this.#position);
  }

  get labels(): readonly number[] | undefined {
    return this.#table.labelsAt(this.#position);
  }

  get split(): Split | undefined {
    return this.#table.splitAt(this.#position);
  }

  override get path(): string {
    return this.#table.isPlain(this.#position)
      ? this.#table.fileAt(this.#position)
      : this.facts.path;
  }

  override get stored(): StoredKind | undefined {
    return this.#table.isPlain(this.#position) ? undefined : this.facts.stored;
  }

  override get hash(): string {
    return this.#hex('hash');
  }

  get fileHash(): string | undefined {
    return this.#table.isPlain(this.#position) ? undefined : this.withHashes.fileHash;
  }

  override get phash(): string {
    return this.#hex('phash');
  }

  #hex(name: 'hash' | 'phash'): string {
    return this.#table.isPlain(this.#position)
      ? this.#table.hexAt(name, this.#position)
      : (this.withHashes[name] ?? '');
  }
}
