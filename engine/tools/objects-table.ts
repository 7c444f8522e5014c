/** The growing list of objects of a prediction job: classes and scores of each image, and places of lines. */
import type { DrawnImage } from '../contract/studio/object-predictions.ts';
import { type CsvLine, CsvLines, readLines } from '../formats/csv-lines.ts';
import { drawnObject } from '../predictions/outlined.ts';
import type { PredictedClass } from '../predictions/prediction.ts';
import { objectsIn, storedImage, storedScores } from '../predictions/stored-objects.ts';
import { damaged } from './prediction-table.ts';

interface Row extends CsvLine {
  /** Best score of each class that was found. */
  readonly best: ReadonlyMap<string, number>;
}

export class ObjectsTable {
  readonly #lines: CsvLines;
  #rows: Row[] = [];

  constructor(file: string) {
    this.#lines = new CsvLines(file, {
      hasFields: false,
      onLine: (line, text) => this.#take(line, text),
      onRestart: () => {
        this.#rows = [];
      },
    });
  }

  get file(): string {
    return this.#lines.file;
  }

  get count(): number {
    return this.#rows.length;
  }

  /** @throws StudioError `predictions-missing` */
  refresh(): Promise<void> {
    return this.#lines.more();
  }

  /** Images with objects of each class, from a score on. */
  counts(classes: readonly PredictedClass[], threshold: number): number[] {
    return classes.map(({ name }) => this.#rows.filter(has(name, threshold)).length);
  }

  /** Numbers of the images with objects of a class, from a score on; of all without a class. */
  view(name: string | undefined, threshold: number): number[] {
    const all = [...this.#rows.keys()];
    if (name === undefined) return all;
    const isWanted = has(name, threshold);
    return all.filter((row) => isWanted(this.#rows[row]!));
  }

  /** @throws StudioError `predictions-missing`, `rle-invalid` */
  async items(rows: readonly number[], classes: readonly PredictedClass[]): Promise<DrawnImage[]> {
    const texts = await readLines(
      this.file,
      rows.map((row) => this.#rows[row]!),
    );
    return texts.map((text, i) => {
      const stored = storedImage(text);
      if (!stored) throw this.#damaged();
      const { path, width, height, objects } = objectsIn(stored, classes, () => true);
      const drawn = objects.map((one) => ({ ...drawnObject(one), score: one.score }));
      return { row: rows[i]!, path, width, height, objects: drawn };
    });
  }

  #take({ offset, bytes }: CsvLine, text: string): void {
    const best = storedScores(text);
    if (best === undefined) throw this.#damaged();
    if (best !== null) this.#rows.push({ offset, bytes, best });
  }

  #damaged() {
    return damaged(this.file, 'is no list of objects');
  }
}

function has(name: string, threshold: number): (row: Row) => boolean {
  return ({ best }) => (best.get(name) ?? -1) >= threshold;
}
