/** The rows of a list as images, with an account of all lines without one. */

import { StudioError } from '../../contract/errors.ts';
import { getOrMake } from '../../contract/maps.ts';
import { className, sortClassNames } from '../annotations/class-names.ts';
import { type LabelProblemCode, problemOf } from '../annotations/labelled-types.ts';
import { splitNamed } from '../annotations/split-names.ts';
import { PathFinder } from '../sources/lists/listed-path.ts';
import type { FoundFile } from '../sources/walk.ts';
import { LABEL_SEPARATORS, labelsIn } from './label-texts.ts';
import type { LineCount, ListedImage, Listing, SeveralLabels } from './listing.ts';

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
  readonly #images: ListedImage[] = [];
  readonly #files = new Map<string, { path: string; relative: string; named: true }>();
  readonly #several: SeveralLabels | undefined;
  /** Names by label text; filled when all rows are read. */
  readonly #labels = new Map<string, string[]>();
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
        file: this.#fileAt(path),
        labels: this.#labelsOf(label),
        split: named,
        row: line,
      });
  }

  /** Find the files and collect the problems. */
  async listing(): Promise<Listing> {
    const lost = await this.#findFiles();
    const images =
      lost.size === 0
        ? this.#images
        : this.#images.filter(({ file, row }) => {
            const places = lost.get(file);
            if (places !== undefined)
              this.#report('ambiguous-file', `row ${row}: ${places.join(' or ')}`);
            return places === undefined;
          });
    if (images.some(({ split }) => split !== undefined))
      for (const { split, row, file } of images)
        if (split === undefined) this.#report('rows-without-split', `row ${row}: ${file.relative}`);
    const problems = (Object.keys(MESSAGES) as RowProblem[]).flatMap((code) =>
      problemOf(code, MESSAGES[code], this.#items.get(code) ?? []),
    );
    this.#fillLabels();
    const used = new Set(images.map(({ labels }) => labels));
    const classNames = sortClassNames([...new Set([...used].flat())]);
    return { images, classNames, problems, lines: this.#lines satisfies LineCount };
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

  /** The file of a path, shared by all rows that list it. */
  #fileAt(at: string): FoundFile {
    return getOrMake(this.#files, at, () => ({ path: at, relative: at, named: true }));
  }

  #labelsOf(text: string): readonly string[] {
    return getOrMake(this.#labels, text, () => []);
  }

  #fillLabels(): void {
    const separator = this.#several && (this.#separator ?? this.#findSeparator());
    for (const [text, labels] of this.#labels)
      labels.push(...(this.#several ? labelsIn(text, separator) : [className(text)]));
  }

  #findSeparator(): string | undefined {
    const found = LABEL_SEPARATORS.filter((one) =>
      [...this.#labels.keys()].some((text) => text.includes(one)),
    );
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

  /** @returns rows' files that match several existing ones */
  async #findFiles(): Promise<Map<FoundFile, readonly string[]>> {
    const finder = new PathFinder(this.#root);
    const lost = new Map<FoundFile, readonly string[]>();
    for (const file of this.#files.values()) {
      const found = finder.isPlain(file.relative)
        ? finder.plain(file.relative)
        : await finder.find(file.relative);
      if (typeof found === 'string') file.path = found;
      else lost.set(file, found);
    }
    return lost;
  }

  #invalid(line: number, what: string): StudioError {
    return new StudioError('list-invalid', `Line ${line} of ${this.#file} ${what}`, {
      advice: 'Check the quotes around this line, or write the table anew with a spreadsheet.',
      details: { path: this.#file, line },
    });
  }
}
