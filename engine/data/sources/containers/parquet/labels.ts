/** Classes in a column of a Parquet file. */
import { openFileSource } from '../../../../images/byte-source.ts';
import { readColumns } from './columns.ts';
import type { Value } from './pages.ts';
import { nameOf, pagesOf } from './parquet.ts';

/**
 * Classes as text by the names of entries, and all classes in the order of their numbers where the
 * file names them; no classes where it has no such column.
 *
 * @throws ContainerFault; AbortError when `signal` fires
 */
export async function parquetLabels(
  container: string,
  signal?: AbortSignal,
): Promise<{ labels: Map<string, string>; classNames?: readonly string[] }> {
  const source = await openFileSource(container);
  try {
    const labels = new Map<string, string>();
    const { labels: column } = await readColumns(source);
    if (column === undefined) return { labels };
    const { classNames } = column;
    for await (const { firstRow, values } of pagesOf(source, column, signal))
      for (const [i, value] of values.entries()) {
        const label = textOf(value, classNames);
        if (label !== undefined) labels.set(nameOf(firstRow + i), label);
      }
    return classNames === undefined ? { labels } : { labels, classNames };
  } finally {
    await source.close();
  }
}

/** Numbers below 0 stand for no class. */
function textOf(value: Value, classNames: readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (classNames === undefined) return String(value);
  return classNames[Number(value)];
}
