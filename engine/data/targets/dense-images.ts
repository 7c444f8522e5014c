/**
 * Images with dense labels, in columns: an image and its labels are put together when they are asked for.
 * Objects of their own would take several times the memory.
 */
import type { Split } from '../annotations/labelled-types.ts';
import { splitCode, splitOfCode } from '../annotations/split-codes.ts';
import type { FactList } from '../scan/fact-list.ts';
import { sampleOf } from '../scan/sample-of.ts';
import type { FileList } from '../sources/file-list.ts';
import { GrowingNumbers } from '../sources/growing-numbers.ts';
import type { Sample } from '../sources/index-types.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import { LazySample } from '../sources/lazy-sample.ts';
import { PathIds } from '../sources/path-ids.ts';
import type { DenseImage } from './dense-types.ts';

/** The files of images, and their facts. */
export interface ExaminedFiles {
  readonly files: FileList;
  readonly facts: FactList;
}

export interface DenseFile {
  /** position among the files */
  readonly file: number;
  readonly split: Split | undefined;
  readonly labelled: DenseImage['labelled'] | undefined;
}

/** Labels of images in columns of their own. */
export interface LabelColumns<T> {
  /** Add those of the next image. */
  push(labels: T): void;
  at(image: number): T;
  /** ascending numbers of the classes that occur in an image */
  classesAt(image: number): readonly number[];
  readonly memoryBytes: number;
}

export class DenseImages<Name extends 'objects' | 'mask'> implements LazyList<DenseImage> {
  readonly #files: FileList;
  readonly #facts: FactList;
  readonly #name: Name;
  readonly #labels: LabelColumns<DenseImage[Name]>;
  readonly #rows = new GrowingNumbers(Uint32Array);
  readonly #splits = new GrowingNumbers(Uint8Array);
  /** files of labels, from 1 */
  readonly #labelled = new GrowingNumbers(Uint32Array);
  readonly #labelFiles = new PathIds();

  constructor({ files, facts }: ExaminedFiles, name: Name, labels: LabelColumns<DenseImage[Name]>) {
    this.#files = files;
    this.#facts = facts;
    this.#name = name;
    this.#labels = labels;
  }

  push({ file, split, labelled }: DenseFile, labels: DenseImage[Name]): void {
    this.#rows.push(file);
    this.#splits.push(splitCode(split));
    this.#labelled.push(labelled === undefined ? 0 : this.#labelFiles.idOf(labelled) + 1);
    this.#labels.push(labels);
  }

  get length(): number {
    return this.#rows.length;
  }

  at(position: number): DenseImage | undefined {
    if (position >= this.length) return undefined;
    // Getters may give undefined where a property may be absent alone.
    return new DenseTableImage(this, position) as DenseImage;
  }

  pathAt(position: number): string {
    return this.#files.pathOf(this.#rows.at(position));
  }

  splitAt(position: number): Split | undefined {
    return splitOfCode(this.#splits.at(position));
  }

  labelledAt(position: number): string | undefined {
    const file = this.#labelled.at(position);
    return file === 0 ? undefined : this.#labelFiles.files.pathOf(file - 1);
  }

  classesAt(position: number): readonly number[] {
    return this.#labels.classesAt(position);
  }

  labelsAt<K extends 'objects' | 'mask'>(name: K, position: number): DenseImage[K] {
    const isOther = this.#name !== (name as string);
    return (isOther ? undefined : this.#labels.at(position)) as DenseImage[K];
  }

  /** @param hashes whether they are read; that of the content is empty otherwise */
  sampleAt(position: number, hashes: 'with hashes' | 'without hashes'): Sample {
    const row = this.#rows.at(position);
    const facts = hashes === 'with hashes' ? this.#facts.at(row) : this.#facts.withoutHashes(row);
    return sampleOf(this.pathAt(position), facts!);
  }

  *[Symbol.iterator](): Generator<DenseImage> {
    for (let position = 0; position < this.length; position++) yield this.at(position)!;
  }

  /** Memory of the images, their files and their labels. */
  get memoryBytes(): number {
    const own = [this.#rows, this.#splits, this.#labelled, this.#labelFiles.files, this.#labels];
    const all = [...own, this.#files, this.#facts];
    return all.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  }
}

/** Reads labels too when it is asked, since they are many. */
class DenseTableImage extends LazySample {
  readonly #images: DenseImages<'objects' | 'mask'>;
  readonly #position: number;
  #objects: DenseImage['objects'];

  constructor(images: DenseImages<'objects' | 'mask'>, position: number) {
    super(images, position);
    this.#images = images;
    this.#position = position;
  }

  get split(): Split | undefined {
    return this.#images.splitAt(this.#position);
  }

  get labels(): readonly number[] {
    return this.#images.classesAt(this.#position);
  }

  get labelled(): string | undefined {
    return this.#images.labelledAt(this.#position);
  }

  get objects(): DenseImage['objects'] {
    this.#objects ??= this.#images.labelsAt('objects', this.#position);
    return this.#objects;
  }

  get mask(): DenseImage['mask'] {
    return this.#images.labelsAt('mask', this.#position);
  }

  get levels(): Sample['levels'] {
    return this.facts.levels;
  }

  get span(): Sample['span'] {
    return this.facts.span;
  }

  get extraChannel(): Sample['extraChannel'] {
    return this.facts.extraChannel;
  }

  get otherPictures(): Sample['otherPictures'] {
    return this.facts.otherPictures;
  }
}
