/** The report of a run: results, curves, what it learns, data, recipe, environment. */
import { countOf } from '../../contract/number-text.ts';
import { LABELLED_TASKS, taskOfRun } from '../../contract/tasks.ts';
import { shownName } from '../../runs/run-folder.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { citeSection } from './cite.ts';
import { pictures, reportHtml } from './document.ts';
import type { RunReportData } from './read-run.ts';
import { curveSection } from './sections/curves.ts';
import { dataSection } from './sections/data.ts';
import { environmentSection } from './sections/environment.ts';
import { evaluationSection } from './sections/evaluations.ts';
import { learningSection } from './sections/learning.ts';
import { outcomeSection } from './sections/outcome.ts';
import { recipeSection } from './sections/recipe.ts';

/** @param madeAt ms since 1970 */
export function runReport(data: RunReportData, madeAt: number): string {
  const { record } = data.run;
  const title = shownName(data.run);
  const what = record.kind === 'pretrain' ? 'Pre-training' : `${taskTitle(record)}, fine-tuning`;
  return reportHtml({
    title,
    about: `${what} on ${countOf(record.dataset.images, 'image')}.`,
    madeAt,
    sections: [
      outcomeSection(data),
      evaluationSection(data),
      curveSection(data.curves),
      learningSection(data),
      dataSection(data),
      { title: 'Pictures', parts: data.pictures.length === 0 ? [] : [pictures(data.pictures)] },
      recipeSection(record),
      environmentSection(record),
      citeSection(),
    ],
  });
}

function taskTitle(record: RunRecord): string {
  const task = taskOfRun(record);
  return Object.entries(LABELLED_TASKS).find(([id]) => id === task)?.[1].title ?? task;
}
