/** The growing table of a prediction job: keys for sorting and filtering, and places of rows. */
import { withoutFormulaMark } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import { PREDICTION_COLUMNS } from '../contract/predictions-text.ts';
import type { PredictionFilter, PredictionItem } from '../contract/studio/predictions.ts';
import { type CsvLine, CsvLines, csvFields, readLines } from '../formats/csv-lines.ts';
import { labelNames } from './label-names.ts';

const PROBABILITY = 'p_';

export class PredictionTable {
  readonly #lines: CsvLines;
  readonly #several: boolean;
  #classes: readonly string[] | undefined;
  #rows: CsvLine[] = [];
  /** Per row: the number of the predicted text, and the confidence. */
  #predicted: number[] = [];
  #confidence: number[] = [];
  readonly #texts = new Map<string, { readonly number: number; readonly classes: number[] }>();
  #view: { readonly key: string; readonly rows: Uint32Array } | undefined;

  constructor(file: string, several: boolean) {
    this.#lines = new CsvLines(file, {
      onLine: (line, text) => this.#take(line, text),
      onRestart: () => this.#clear(),
    });
    this.#several = several;
  }

  get classes(): readonly string[] {
    return this.#classes ?? [];
  }

  get count(): number {
    return this.#rows.length;
  }

  /** @throws StudioError `predictions-missing` */
  refresh(): Promise<void> {
    return this.#lines.more();
  }

  counts(): number[] {
    const byText = new Array<number>(this.#texts.size).fill(0);
    for (const number of this.#predicted) byText[number]!++;
    const counts = this.classes.map(() => 0);
    for (const { number, classes } of this.#texts.values())
      for (const one of classes) counts[one]! += byText[number]!;
    return counts;
  }

  /** Numbers of the rows that pass the filter, in order. */
  view({ order = 'given', class: name, from = 0, to = 1 }: PredictionFilter): Uint32Array {
    const key = JSON.stringify([this.count, order, name, from, to]);
    if (this.#view?.key === key) return this.#view.rows;
    const wanted = name === undefined ? undefined : this.#numbersWith(this.classes.indexOf(name));
    const rows: number[] = [];
    for (const [row, confidence] of this.#confidence.entries()) {
      if (confidence < from || confidence > to) continue;
      if (wanted === undefined || wanted.has(this.#predicted[row]!)) rows.push(row);
    }
    const sorted = Uint32Array.from(rows);
    const sign = order === 'least' ? 1 : -1;
    const by = this.#confidence;
    if (order !== 'given') sorted.sort((a, b) => sign * (by[a]! - by[b]!) || a - b);
    this.#view = { key, rows: sorted };
    return sorted;
  }

  /** @throws StudioError `predictions-missing` for a missing row */
  async items(rows: Iterable<number>): Promise<PredictionItem[]> {
    const numbers = [...rows];
    const lines = numbers.map((row) => {
      const line = this.#rows[row];
      if (line === undefined) throw damaged(this.#lines.file, `has no row ${row}`);
      return line;
    });
    const texts = await readLines(this.#lines.file, lines);
    return texts.map((text, i): PredictionItem => {
      const [path = '', predicted = '', confidence, ...shares] = csvFields(text);
      return {
        row: numbers[i]!,
        path: withoutFormulaMark(path),
        predicted: this.#namesIn(predicted),
        confidence: Number(confidence),
        probabilities: shares.map(Number),
      };
    });
  }

  #clear(): void {
    this.#classes = undefined;
    this.#rows = [];
    this.#predicted = [];
    this.#confidence = [];
    this.#texts.clear();
    this.#view = undefined;
  }

  #take(line: CsvLine, text: string): void {
    const fields = csvFields(text);
    if (this.#classes === undefined) {
      if (PREDICTION_COLUMNS.some((name, i) => fields[i] !== name))
        throw damaged(this.#lines.file, 'is no table of predictions');
      this.#classes = fields
        .slice(PREDICTION_COLUMNS.length)
        .map((column) => withoutFormulaMark(column).slice(PROBABILITY.length));
      return;
    }
    const [, predicted = '', confidence] = fields;
    this.#rows.push(line);
    this.#predicted.push(this.#numberOf(predicted));
    this.#confidence.push(Number(confidence));
  }

  #numberOf(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known.number;
    const number = this.#texts.size;
    const classes = this.#namesIn(text).map((name) => this.classes.indexOf(name));
    this.#texts.set(text, { number, classes: classes.filter((one) => one >= 0) });
    return number;
  }

  #numbersWith(wanted: number): Set<number> {
    const found = [...this.#texts.values()].filter(({ classes }) => classes.includes(wanted));
    return new Set(found.map(({ number }) => number));
  }

  #namesIn(text: string): string[] {
    return labelNames(text, this.classes, this.#several);
  }
}

export function damaged(file: string, how: string): StudioError {
  return new StudioError('predictions-missing', `${file} ${how}.`, { advice: 'Predict again.' });
}
