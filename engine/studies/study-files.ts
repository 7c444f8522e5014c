/** The files of a study: a table as CSV and Markdown, and a figure for each varied setting. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { percentText } from '../contract/number-text.ts';
import type { Study } from '../contract/study/study.ts';
import { studyNotes, studyTable, variedColumns } from '../contract/study/study-text.ts';
import { type SettingEffect, type StudySummary, summarise } from '../contract/study/summary.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { csvLine } from '../formats/csv.ts';
import { type ChartColours, FILE_COLOURS } from '../insight/report/charts/colours.ts';
import { pointChart } from '../insight/report/charts/point-chart.ts';

export async function writeStudyFiles(out: string, study: Study): Promise<void> {
  const found = summarise(study);
  await write(path.join(out, 'study.csv'), studyCsv(study));
  await write(path.join(out, 'study.md'), studyMarkdown(study, found));
  for (const effect of found.effects)
    if (effect.points.length > 0)
      await write(path.join(out, figureName(effect)), `${effectFigure(study, effect)}\n`);
}

export function studyFileNames(study: Study): string[] {
  const figures = summarise(study).effects.filter(({ points }) => points.length > 0);
  return ['study.csv', 'study.md', ...figures.map(figureName), 'study.json'];
}

function write(file: string, text: string): Promise<void> {
  return writeFileAtomically(file, (beside) => writeFile(beside, text));
}

export function figureName({ keys }: Pick<SettingEffect, 'keys'>): string {
  return `study-${keys.join('-').slice(0, 80)}.svg`;
}

const FIELDS = ['trial', 'round', 'steps', 'seed', 'score', 'untrained', 'loss', 'match'] as const;

/** One row a training. */
export function studyCsv(study: Study): string {
  const keys = variedColumns(study);
  const header = [...keys, ...FIELDS, 'seconds', 'images', 'alarms', 'run'];
  const rows = study.results.map((result) => [
    ...keys.map((key) => study.trials[result.trial]![key] ?? ''),
    ...FIELDS.map((field) => numeric(result[field])),
    result.seconds.toFixed(1),
    result.images,
    result.alarms.join(' '),
    result.run,
  ]);
  return [header, ...rows].map((row) => csvLine(row)).join('');
}

const numeric = (value: number) => (Number.isInteger(value) ? value : Number(value.toFixed(5)));

export function studyMarkdown(study: Study, found: StudySummary): string {
  const [header, ...rows] = studyTable(study, found);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const notes = studyNotes(study, found).flatMap((note) => [note, '']);
  return [line(header!), line(header!.map(() => '---')), ...rows.map(line), '', ...notes].join(
    '\n',
  );
}

export function effectFigure(
  study: Study,
  { keys, points: found }: SettingEffect,
  colours: ChartColours = FILE_COLOURS,
): string {
  const untrained = study.results.map((result) => result.untrained);
  const level = untrained.reduce((sum, value) => sum + value, 0) / untrained.length;
  return pointChart(
    {
      title: `kNN accuracy by ${keys.join(', ')}`,
      axis: keys.join(', '),
      points: found.map(({ value, score, scores }) => ({
        label: value,
        ...score,
        singles: scores,
      })),
      text: (value) => percentText(value),
      level: { label: 'untrained', value: level },
    },
    colours,
  );
}
