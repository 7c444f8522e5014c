/** Embeddings as a table of text: `path`, `label`, `f0`, `f1`, … */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { type CsvField, singleText, writeCsv } from './csv.ts';
import { type Embeddings, RowChecker } from './embeddings.ts';

export async function writeEmbeddingsCsv(file: string, embeddings: Embeddings): Promise<void> {
  const columns = Array.from({ length: embeddings.width }, (_, i) => `f${i}`);
  await writeCsv(file, ['path', 'label', ...columns], rows(embeddings));
}

/** @throws StudioError `export-failed` */
export async function checkCsv(file: string, embeddings: Embeddings): Promise<void> {
  const checker = new RowChecker(file, embeddings);
  for await (const [path, label, ...texts] of readRows(file))
    checker.next(
      path!,
      label! || null,
      texts.map((text) => Math.fround(Number(text))),
    );
  checker.end();
}

/** By another program than the one that wrote it. The header is left out. */
export function readRows(file: string): AsyncIterable<string[]> {
  // The callback only keeps a failure of reading from ending the process: the parser hands it on.
  return pipeline(createReadStream(file), parse({ from: 2 }), () => {});
}

function* rows({ paths, labels, data, width }: Embeddings): Generator<CsvField[]> {
  for (const [i, path] of paths.entries()) {
    const vector = data.subarray(i * width, (i + 1) * width);
    yield [path, labels?.[i] ?? null, ...Array.from(vector, singleText)];
  }
}
