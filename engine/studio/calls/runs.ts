/** Calls about runs: their lists, what was logged of one, and what may be done with it. */
import { defined } from '../../contract/defined.ts';
import { StudioError } from '../../contract/errors.ts';
import { commandRun } from '../../runs/command-run.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { readStudentStep } from '../../runs/student-folder.ts';
import { picturesIn } from '../runs/run-pictures.ts';
import { studentOf } from '../runs/run-student.ts';
import { tableRows } from '../runs/run-table.ts';
import type { StudioParts } from '../studio-parts.ts';
import { type CallsOf, done } from './calls.ts';

export function runCalls({ runs, histories, live, jobs, named }: StudioParts): CallsOf<'runs'> {
  const dirOf = async (id: string) => (await runs.get(id)).dir;
  const historyOf = async (id: string) => histories.get(await dirOf(id));
  return {
    async 'runs.list'({ offset, count, ...filter }) {
      const found = await runs.list(filter);
      live.expectLive(found);
      return { total: found.length, items: found.slice(offset, offset + count) };
    },
    async 'runs.table'({ offset, count, opened = [], ...filter }) {
      const found = await runs.list(filter);
      live.expectLive(found);
      const rows = tableRows(found, opened);
      const items = await Promise.all(
        rows.slice(offset, offset + count).map(async (row) => {
          if (!('run' in row)) return row;
          const [run] = await runs.withLastSteps([row.run]);
          return { ...row, run: run! };
        }),
      );
      return { total: rows.length, runs: found.length, tags: runs.tags(), items };
    },
    'runs.size': async ({ ids }) => ({ bytes: await runs.size(ids) }),
    async 'runs.get'({ id }) {
      const detail = await runs.detail(id);
      live.expectLive([detail]);
      const job = jobs.ofRun(id);
      const lines = detail.status === 'died' || detail.status === 'failed' ? job?.lastLines : [];
      return {
        ...detail,
        ...(job === undefined ? {} : { job: job.id }),
        ...(lines === undefined || lines.length === 0 ? {} : { lastLines: lines }),
      };
    },

    'runs.series': async ({ id, names, ...range }) => (await historyOf(id)).series(names, range),
    'runs.events': async ({ id, ...page }) => (await historyOf(id)).events(page),
    async 'runs.ranks'({ id }) {
      const { dir, record } = await runs.get(id);
      return defined({ found: (await histories.get(dir)).ranksOf(record) });
    },
    async 'runs.pictures'({ id }) {
      const { dir } = await runs.get(id);
      const logged = (await histories.get(dir)).pictures;
      const evaluations = logged.map((found) => picturesIn(dir, found));
      const views = evaluations.flatMap(({ images }) => images.flatMap((image) => image.views));
      named.add(views.map(({ file }) => file));
      return { evaluations };
    },
    async 'runs.student'({ id }) {
      const { views, ...steps } = await studentOf(await dirOf(id));
      named.add((views?.images ?? []).flatMap(({ student, teacher }) => [student, teacher]));
      return { ...steps, ...(views === undefined ? {} : { views }) };
    },
    'runs.studentStep': async ({ id, step }) => readStudentStep(await dirOf(id), step),
    async 'runs.learningBand'({ id }) {
      const band = await runs.learningBand(id);
      return band === undefined ? {} : { band };
    },

    async 'runs.control'({ id, command }) {
      const { dir, summary } = await runs.get(id);
      if (summary.status !== 'running' && summary.status !== 'paused')
        throw new StudioError('run-not-live', `${summary.name} is not being trained now.`, {
          advice: 'It can be resumed from its newest checkpoint.',
        });
      commandRun(await RunFolder.open(dir), command);
      return done;
    },
    async 'runs.edit'({ id, ...change }) {
      const run = await runs.edit(id, change);
      // A running run is further than its record says; the watcher reports both.
      live.expect(id);
      return run;
    },
    'runs.delete': ({ id }) => runs.remove(id),
  };
}
