/** The rows of a list as images, with an account of all lines without one. */

import { StudioError } from '../../contract/errors.ts';
import { getOrMake } from '../../contract/maps.ts';
import { className, sortClassNames } from '../annotations/class-names.ts';
import { type LabelProblemCode, problemOf } from '../annotations/labelled-types.ts';
import { splitNamed } from '../annotations/split-names.ts';
import { SharedTexts } from '../scan/index-table/shared-texts.ts';
import type { FileList } from '../sources/file-list.ts';
import { positionsWhere } from '../sources/lazy-list.ts';
import { PathFinder } from '../sources/lists/listed-path.ts';
import { PathIds } from '../sources/path-ids.ts';
import { LABEL_SEPARATORS, labelsIn } from './label-texts.ts';
import { type LineCount, ListedImages, type Listing, type SeveralLabels } from './listing.ts';

/** One row of a list, its fields trimmed. */
export interface ListRow {
  readonly line: number;
  /** number of lines that it spans */
  readonly lines: number;
  readonly path: string;
  readonly label: string;
  readonly split: string;
  /** whether it ends before the last column of the header */
  readonly isShort: boolean;
}

const LINE_BREAK = /[\n\r\v\f\x85\u2028\u2029]/;

const MESSAGES = {
  'row-without-label': 'Rows without a label or a path',
  'row-with-other-fields': 'Rows with more or fewer fields than the header, left out',
  'short-rows': 'Rows that end before the header does, read as if the rest were empty',
  'unknown-split': 'Rows with a split other than train, val or test',
  'ambiguous-file': 'Rows whose path fits several files',
  'rows-without-split': 'Rows without a split among rows that have one, learnt from',
  'rows-over-lines': 'Rows that continue over several lines inside quotes',
  'skipped-lines': 'Lines that hold no row',
} as const satisfies Partial<Record<LabelProblemCode, string>>;
type RowProblem = keyof typeof MESSAGES;

export class ListRows {
  readonly #file: string;
  readonly #root: string;
  /** Files are numbered by the paths as they are written, and labels by their texts. */
  readonly #images = new ListedImages();
  readonly #paths = new PathIds();
  readonly #labels = new SharedTexts();
  readonly #several: SeveralLabels | undefined;
  #separator: string | undefined;
  readonly #items = new Map<RowProblem, string[]>();
  readonly #lines = { header: 0, rows: 0, continued: 0, skipped: 0 };
  /** Empty lines since the last row. */
  #empty: string[] = [];

  /** @param root base of relative paths */
  constructor(file: string, root: string, several: SeveralLabels | undefined) {
    this.#file = file;
    this.#root = root;
    this.#several = several;
    this.#separator = several?.separator;
  }

  /** Record the header. @param separator of the labels of a row, where the header determines it */
  header(separator = this.#separator): void {
    this.#lines.header++;
    this.#separator = separator;
  }

  /**
   * Record a line without a row.
   * @param reason undefined for an empty line, which is not reported at the end of the list
   */
  skip(line: number, reason?: string): void {
    this.#lines.skipped++;
    if (reason === undefined) this.#empty.push(`line ${line}: empty`);
    else {
      this.#tellEmpty();
      this.#report('skipped-lines', `line ${line}: ${reason}`);
    }
  }

  /** Record a row whose fields do not fit the header. */
  unfit(line: number, lines: number, reason: string): void {
    this.#count(lines);
    this.#report('row-with-other-fields', `row ${line}: ${reason}`);
  }

  /** Add a row. @throws StudioError `list-invalid` where a field cannot be valid */
  add({ line, lines, path, label, split, isShort }: ListRow): void {
    this.#count(lines);
    if (lines > 1) this.#report('rows-over-lines', `lines ${line} to ${line + lines - 1}`);
    for (const field of [path, label, split])
      if (LINE_BREAK.test(field))
        throw this.#invalid(line, 'has a path or label with a line break');
    if (label.includes('\uFFFD'))
      throw this.#invalid(line, 'has a label with �, which stands for letters that were lost');
    if (isShort && label !== '') this.#report('short-rows', `row ${line}: ${path}`);
    const named = splitNamed(split);
    if (path === '' || (label === '' && this.#several === undefined))
      this.#report('row-without-label', `row ${line}: ${path || 'no path'}`);
    else if (split !== '' && named === undefined)
      this.#report('unknown-split', `row ${line}: ${split}`);
    else
      this.#images.push({
        file: this.#paths.idOf(path),
        labels: this.#labels.idOf(label),
        split: named,
        row: line,
      });
  }

  /** Find the files and collect the problems. */
  async listing(): Promise<Listing> {
    const { files, fileOf, lost } = await this.#findFiles();
    const images = new ListedImages();
    const used = new Set<number>();
    for (let i = 0; i < this.#images.length; i++) {
      const { file: written, row, ...image } = this.#images.at(i);
      const places = lost.get(written);
      if (places === undefined) {
        used.add(image.labels);
        images.push({ ...image, row: row!, file: fileOf[written]! });
      } else this.#report('ambiguous-file', `row ${row}: ${places.join(' or ')}`);
    }
    this.#reportWithoutSplit(lost);
    const problems = (Object.keys(MESSAGES) as RowProblem[]).flatMap((code) =>
      problemOf(code, MESSAGES[code], this.#items.get(code) ?? []),
    );
    const labels = this.#namesOfLabels();
    const names = new Set<string>();
    for (const id of used) for (const name of labels[id]!) names.add(name);
    const classNames = sortClassNames([...names]);
    return { files, images, labels, classNames, problems, lines: this.#lines satisfies LineCount };
  }

  #reportWithoutSplit(lost: LostFiles): void {
    const images = this.#images;
    const withSplit = (marked: boolean) =>
      positionsWhere(
        images.length,
        (i) => (images.splitCodeAt(i) !== 0) === marked && !lost.has(images.fileAt(i)),
      );
    if (withSplit(true).length === 0) return;
    for (const i of withSplit(false)) {
      const listed = this.#paths.files.pathOf(images.fileAt(i));
      this.#report('rows-without-split', `row ${images.rowAt(i)}: ${listed}`);
    }
  }

  #count(lines: number): void {
    this.#tellEmpty();
    this.#lines.rows++;
    this.#lines.continued += lines - 1;
  }

  #tellEmpty(): void {
    for (const item of this.#empty) this.#report('skipped-lines', item);
    this.#empty = [];
  }

  #report(code: RowProblem, item: string): void {
    getOrMake(this.#items, code, () => []).push(item);
  }

  /** The names of each text. */
  #namesOfLabels(): string[][] {
    const texts = this.#labels.all;
    const separator = this.#several && (this.#separator ?? this.#findSeparator(texts));
    return texts.map((text) => (this.#several ? labelsIn(text, separator) : [className(text)]));
  }

  #findSeparator(texts: readonly string[]): string | undefined {
    const found = LABEL_SEPARATORS.filter((one) => texts.some((text) => text.includes(one)));
    if (found.length < 2) return found[0];
    throw new StudioError(
      'list-invalid',
      `What divides the labels in ${this.#file} cannot be told: they contain ${found.join(' and ')}`,
      {
        advice: 'Say it with --label-separator.',
        details: { path: this.#file },
      },
    );
  }

  async #findFiles(): Promise<FoundFiles> {
    const finder = new PathFinder(this.#root);
    const found = new PathIds();
    const { files } = this.#paths;
    const fileOf = new Uint32Array(files.length);
    const lost = new Map<number, readonly string[]>();
    for (let i = 0; i < files.length; i++) {
      const listed = files.pathOf(i);
      const at = finder.isPlain(listed) ? finder.plain(listed) : await finder.find(listed);
      if (typeof at === 'string') fileOf[i] = found.idOf(at);
      else lost.set(i, at);
    }
    found.files.trim();
    return { files: found.files, fileOf, lost };
  }

  #invalid(line: number, what: string): StudioError {
    return new StudioError('list-invalid', `Line ${line} of ${this.#file} ${what}`, {
      advice: 'Check the quotes around this line, or write the table anew with a spreadsheet.',
      details: { path: this.#file, line },
    });
  }
}

/** Of written paths, those that match several existing files. */
type LostFiles = ReadonlyMap<number, readonly string[]>;

interface FoundFiles {
  readonly files: FileList;
  /** of each written path, unless it is lost */
  readonly fileOf: Uint32Array;
  readonly lost: LostFiles;
}
