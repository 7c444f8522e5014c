import type { Sample } from './index-types.ts';

/** Columns from which samples are put together. */
export interface SampleColumns {
  /** @param hashes whether they are read; that of the content may be empty otherwise */
  sampleAt(position: number, hashes: 'with hashes' | 'without hashes'): Sample;
}

/** Reads columns when it is asked, and hashes for themselves, since these may lie on the disk. */
export class LazySample {
  readonly #columns: SampleColumns;
  readonly #position: number;
  #plain: Sample | undefined;
  #hashed: Sample | undefined;

  constructor(columns: SampleColumns, position: number) {
    this.#columns = columns;
    this.#position = position;
  }

  get path(): string {
    return this.facts.path;
  }

  get width(): number {
    return this.facts.width;
  }

  get height(): number {
    return this.facts.height;
  }

  get bytes(): number {
    return this.facts.bytes;
  }

  get format(): string {
    return this.facts.format;
  }

  get stored(): Sample['stored'] {
    return this.facts.stored;
  }

  get hash(): string {
    return this.withHashes.hash;
  }

  get phash(): Sample['phash'] {
    return this.withHashes.phash;
  }

  protected get facts(): Sample {
    this.#plain ??= this.#hashed ?? this.#columns.sampleAt(this.#position, 'without hashes');
    return this.#plain;
  }

  protected get withHashes(): Sample {
    this.#hashed ??= this.#columns.sampleAt(this.#position, 'with hashes');
    return this.#hashed;
  }
}
