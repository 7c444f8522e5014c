// Appending of rows to bench/results/NAME.csv, whose first line names the columns.
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../build/root.ts';

const folder = path.join(ROOT, 'bench', 'results');

/** Texts are quoted, numbers have five digits; unknown values are empty. */
const cell = (value: unknown) =>
  typeof value === 'number' ? String(Number(value.toPrecision(5))) : `"${value ?? ''}"`;

/** @param rows objects with equal keys, in the order of the columns; the date comes first */
export function appendRows(name: string, rows: readonly object[]): void {
  const file = path.join(folder, `${name}.csv`);
  mkdirSync(folder, { recursive: true });
  for (const row of rows) {
    const dated = { date: new Date().toISOString().slice(0, 10), ...row };
    if (!existsSync(file)) appendFileSync(file, `${Object.keys(dated).join(',')}\n`);
    appendFileSync(file, `${Object.values(dated).map(cell).join(',')}\n`);
  }
}
