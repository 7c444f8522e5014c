/** The report of a run, a comparison or a study, found by its name or folder. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { STUDY_FILE } from '../contract/study/study.ts';
import { COMPARISON_FILE } from '../downstream/saved-comparison.ts';
import { readRunReport } from '../insight/report/read-run.ts';
import { runReport } from '../insight/report/run-report.ts';
import { findRun, shownName, summary } from '../runs/run-folder.ts';

export interface ReportOrder {
  readonly workspace: string;
  /** A run by folder, id or name; the folder of a comparison or a study. */
  readonly of: string;
  /** Whether pictures that show images of the user are part of it. */
  readonly pictures?: boolean | undefined;
}

export interface Report {
  readonly kind: 'run' | 'comparison' | 'study';
  /** For the name of a file. */
  readonly name: string;
  readonly html: string;
}

/**
 * @param now ms since 1970
 * @throws StudioError `run-not-found`, `run-ambiguous`, `run-damaged`, `comparison-missing`,
 *   `study-missing`
 */
export async function buildReport(
  { workspace, of, pictures = false }: ReportOrder,
  now = Date.now(),
): Promise<Report> {
  if (existsSync(path.join(of, STUDY_FILE))) {
    const { readStudy } = await import('../studies/read-study.ts');
    const { studyReport } = await import('./study-report.ts');
    const study = await readStudy(of);
    return { kind: 'study', name: study.name, html: studyReport(study, now) };
  }
  if (existsSync(path.join(of, COMPARISON_FILE))) {
    const { readComparison } = await import('../downstream/read-comparison.ts');
    const { comparisonReport } = await import('./comparison-report.ts');
    const { comparison, about } = await readComparison(of);
    return {
      kind: 'comparison',
      name: 'comparison',
      html: comparisonReport(comparison, about, now),
    };
  }
  const { dir, record } = await findRun(workspace, of);
  const html = runReport(await readRunReport(dir, { pictures }), now);
  return { kind: 'run', name: shownName(await summary(dir, record)), html };
}
