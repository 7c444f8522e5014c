/** Embeddings as CSV: `path`, `label`, `f0`, `f1`, … */
import { type CsvField, type CsvStyle, withoutFormulaMark } from '../contract/csv-text.ts';
import { firstLine } from '../disk/first-line.ts';
import { singleText, writeCsv } from './csv.ts';
import { type Embeddings, RowChecker } from './embeddings.ts';
import { readTable } from './table.ts';
import { readTextLines } from './text-lines.ts';

export async function writeEmbeddingsCsv(
  file: string,
  embeddings: Embeddings,
  style: CsvStyle = {},
): Promise<void> {
  const columns = Array.from({ length: embeddings.width }, (_, i) => `f${i}`);
  await writeCsv(file, ['path', 'label', ...columns], rows(embeddings), style);
}

/** @throws StudioError `export-failed` */
export async function checkCsv(
  file: string,
  embeddings: Embeddings,
  style: CsvStyle = {},
): Promise<void> {
  const checker = new RowChecker(file, embeddings);
  for await (const { path, label, rest } of readRows(file, style))
    checker.next(
      path,
      label,
      rest.map((text) => Math.fround(Number(text))),
    );
  checker.end();
}

/** Whether a file begins like such a table. */
export async function isEmbeddingsCsv(file: string): Promise<boolean> {
  return /^path,label,f0(,|$)/.test(await firstLine(file));
}

/** The rows of a table that begins with `path` and `label`, without its header. */
export async function* readRows(file: string, { keepFormulas = false }: CsvStyle) {
  const plain = keepFormulas ? (text: string) => text : withoutFormulaMark;
  let isHeader = true;
  for await (const records of readTable(readTextLines(file)))
    for (const { fields } of records) {
      const [path = '', label = '', ...rest] = fields;
      if (!isHeader) yield { path: plain(path), label: plain(label) || null, rest };
      isHeader = false;
    }
}

function* rows({ paths, labels, data, width }: Embeddings): Generator<CsvField[]> {
  for (const [i, path] of paths.entries()) {
    const vector = data.subarray(i * width, (i + 1) * width);
    yield [path, labels?.[i] ?? null, ...Array.from(vector, singleText)];
  }
}
