/** Embeddings as Parquet: `path` and `label` as text, `embedding` as a list of 32-bit floats. */
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { type Embeddings, RowChecker } from './embeddings.ts';

/** Numbers that exist as JavaScript values at a time. */
const NUMBERS_PER_GROUP = 1_000_000;

/** The writer that the library records in its files. */
const WRITER = 'hyparquet';

const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: 3 },
  { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'embedding', converted_type: 'LIST', num_children: 1, repetition_type: 'REQUIRED' },
  { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
  { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
];

export async function writeEmbeddingsParquet(file: string, embeddings: Embeddings): Promise<void> {
  const { paths, labels, data, width, precision } = embeddings;
  const writer = new ParquetWriter({
    writer: fileWriter(file),
    schema: SCHEMA,
    ...(precision !== undefined && { kvMetadata: [{ key: 'precision', value: precision }] }),
  });
  const group = rowsPerGroup(width);
  for (let start = 0; start < paths.length; start += group) {
    const end = Math.min(paths.length, start + group);
    const rows = Array.from({ length: end - start }, (_, i) => start + i);
    await writer.write({
      rowGroupSize: group,
      columnData: [
        { name: 'path', data: paths.slice(start, end) },
        { name: 'label', data: rows.map((i) => labels?.[i] ?? null) },
        {
          name: 'embedding',
          data: rows.map((i) => Array.from(data.subarray(i * width, (i + 1) * width))),
          // Embeddings neither repeat nor compress.
          encoding: 'PLAIN',
          codec: 'UNCOMPRESSED',
        },
      ],
    });
  }
  await writer.finish();
}

/** @throws StudioError `export-failed` */
export async function checkParquet(file: string, embeddings: Embeddings): Promise<void> {
  const checker = new RowChecker(file, embeddings);
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  const count = Number(metadata.num_rows);
  const group = rowsPerGroup(embeddings.width);
  for (let rowStart = 0; rowStart < count; rowStart += group) {
    const rowEnd = Math.min(count, rowStart + group);
    const rows = await parquetReadObjects({ file: buffer, metadata, rowStart, rowEnd });
    for (const { path, label, embedding } of rows) checker.next(path, label ?? null, embedding);
  }
  checker.end();
}

/** Whether a file has this writer and these columns. */
export async function isEmbeddingsParquet(file: string): Promise<boolean> {
  try {
    const { created_by, schema } = await parquetMetadataAsync(await asyncBufferFromFile(file));
    const names = SCHEMA.map(({ name }) => name).join();
    return created_by === WRITER && schema.map(({ name }) => name).join() === names;
  } catch {
    return false;
  }
}

function rowsPerGroup(width: number): number {
  return Math.max(1, Math.floor(NUMBERS_PER_GROUP / width));
}
