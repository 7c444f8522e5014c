/** The files of an evaluation: tables of its task, and all scores. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CsvStyle } from '../../contract/csv-text.ts';
import { scoresSchema } from '../../contract/scores.ts';
import { writeFileAtomically } from '../../disk/atomic-file.ts';
import { firstLine } from '../../disk/first-line.ts';
import { refuseTaken } from '../../disk/result-file.ts';
import { csvLine, writeCsv } from '../../formats/csv.ts';
import type { LabelledReport, TableKind } from '../labelled-task.ts';

type TableKinds = Readonly<Record<string, TableKind>>;

const METRICS_FILE = 'metrics.json';
/** Keys that identify a `metrics.json` of 0.1.0, which names no task. */
const CLASSIFIER_LISTS = ['perClass', 'confusion', 'mistakes'];

async function isMetrics(file: string): Promise<boolean> {
  try {
    const metrics = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return typeof metrics['task'] === 'string'
      ? scoresSchema.safeParse(metrics).success
      : CLASSIFIER_LISTS.every((key) => Array.isArray(metrics[key]));
  } catch {
    return false;
  }
}

function isTable({ columns, open }: TableKind): (file: string) => Promise<boolean> {
  const beginning = csvLine(columns).trimEnd();
  return async (file) => {
    const line = await firstLine(file);
    return line === beginning || (open === true && line.startsWith(`${beginning},`));
  };
}

/**
 * Check before hours of work that an evaluation may be written into the folder.
 *
 * @param tables left out where the task is not known yet
 * @throws StudioError `target-taken`
 */
export async function refuseTakenEvaluation(folder: string, tables: TableKinds = {}) {
  for (const [name, kind] of Object.entries(tables))
    await refuseTaken(path.join(folder, name), isTable(kind));
  await refuseTaken(path.join(folder, METRICS_FILE), isMetrics);
}

/** @returns the files, absolute or relative as `folder` is @throws StudioError `target-taken` */
export async function writeEvaluation(
  folder: string,
  kinds: TableKinds,
  report: Pick<LabelledReport, 'evaluation' | 'tables'>,
  style: CsvStyle = {},
): Promise<string[]> {
  const tables = report.tables();
  const files: string[] = [];
  for (const [name, kind] of Object.entries(kinds)) {
    const { more = [], rows } = tables[name]!;
    const file = path.join(folder, name);
    const write = (beside: string) => writeCsv(beside, [...kind.columns, ...more], rows, style);
    await writeFileAtomically(file, write, undefined, isTable(kind));
    files.push(file);
  }
  const metrics = path.join(folder, METRICS_FILE);
  const text = `${JSON.stringify(report.evaluation, null, 2)}\n`;
  await writeFileAtomically(metrics, (beside) => writeFile(beside, text), undefined, isMetrics);
  return [...files, metrics];
}
