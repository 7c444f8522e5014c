/** What a report says of a run, read from its folder and the workspace around it. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type HealthReport, healthReportSchema } from '../../contract/studio/datasets.ts';
import { type Evaluation, evaluationSchema } from '../../contract/studio/evaluations.ts';
import type { LearningBand } from '../../contract/studio/learning-band.ts';
import { ifMissing } from '../../disk/disk.ts';
import { readJsonFile } from '../../disk/json-file.ts';
import { evaluationFolder } from '../../runs/evaluation-folder.ts';
import { readEvents } from '../../runs/event-log.ts';
import type { PicturesEvent, WarningEvent } from '../../runs/events.ts';
import { readLearningBand } from '../../runs/learning-band.ts';
import { type FolderRun, RunFolder, summary } from '../../runs/run-folder.ts';
import { emptyCurves, type RunCurves, takeEvent } from './curves.ts';
import type { Picture } from './document.ts';

export interface RunReportData {
  readonly run: FolderRun;
  readonly curves: RunCurves;
  /** What earlier runs of its recipe measured. */
  readonly band?: LearningBand | undefined;
  readonly warnings: readonly WarningEvent[];
  readonly brokenImages: number;
  readonly rewinds: number;
  /** Times that training was begun or resumed. */
  readonly sessions: number;
  /** The scan of its images, where they are a data set of the workspace. */
  readonly health?: { readonly name: string; readonly report: HealthReport } | undefined;
  readonly evaluations: readonly NamedEvaluation[];
  readonly pictures: readonly Picture[];
}

export interface NamedEvaluation {
  readonly title: string;
  readonly evaluation: Evaluation;
}

export interface ReadOptions {
  /** Whether pictures of the run, which show images of the user, are taken. */
  readonly pictures?: boolean;
}

/** @throws StudioError `run-not-found`, `run-damaged` */
export async function readRunReport(
  dir: string,
  { pictures = false }: ReadOptions = {},
): Promise<RunReportData> {
  const folder = await RunFolder.open(dir);
  const run = await summary(folder.dir, folder.record);
  const curves = emptyCurves();
  const warnings: WarningEvent[] = [];
  let [brokenImages, rewinds, sessions] = [0, 0, 0];
  let last: PicturesEvent | undefined;
  for await (const event of readEvents(folder.eventsFile)) {
    if (takeEvent(curves, event)) continue;
    if (event.type === 'warning') warnings.push(event);
    else if (event.type === 'broken-image') brokenImages++;
    else if (event.type === 'rewind') rewinds++;
    else if (event.type === 'status' && event.status === 'running') sessions++;
    else if (event.type === 'pictures') last = event;
  }
  const workspace = path.dirname(path.dirname(folder.dir));
  return {
    run,
    curves,
    band: await readLearningBand(folder.dir),
    warnings,
    brokenImages,
    rewinds,
    sessions,
    health: await healthOf(workspace, folder),
    evaluations: await evaluationsOf(workspace, folder),
    pictures: pictures && last !== undefined ? await picturesOf(folder.dir, last) : [],
  };
}

const datasetSchema = z.looseObject({ name: z.string(), folders: z.array(z.string()) });

/** The report of the data set with the same folders, if its images are still the same. */
async function healthOf(
  workspace: string,
  { record }: RunFolder,
): Promise<RunReportData['health']> {
  const root = path.join(workspace, 'datasets');
  const wanted = JSON.stringify([...record.dataset.folders].sort());
  for (const name of await ifMissing(readdir(root), [])) {
    const about = await readJsonFile(path.join(root, name, 'dataset.json'), datasetSchema);
    if (about === undefined) continue;
    const report = await readJsonFile(path.join(root, name, 'report.json'), healthReportSchema);
    if (report === undefined) continue;
    const read = JSON.stringify([...(report.imageFolders ?? about.folders)].sort());
    if (read === wanted) return { name: about.name, report };
  }
  return undefined;
}

const jobSchema = z.looseObject({
  title: z.string(),
  request: z.looseObject({
    kind: z.string(),
    from: z.string().optional(),
    model: z.string().optional(),
  }),
  results: z.string().optional(),
});

/** The one that the run keeps, and those of jobs that evaluated it. */
async function evaluationsOf(workspace: string, run: RunFolder): Promise<NamedEvaluation[]> {
  const found: NamedEvaluation[] = [];
  const take = async (title: string, folder: string) => {
    const evaluation = await readJsonFile(path.join(folder, 'metrics.json'), evaluationSchema);
    if (evaluation !== undefined) found.push({ title, evaluation });
  };
  await take('On the validation set, at the best checkpoint', evaluationFolder(run.dir));
  const root = path.join(workspace, 'jobs');
  for (const name of (await ifMissing(readdir(root), [])).sort()) {
    const job = await readJsonFile(path.join(root, name, 'job.json'), jobSchema);
    const { from, model, kind } = job?.request ?? { kind: '' };
    if (kind !== 'knn' && kind !== 'evaluate') continue;
    if ((from ?? model) !== run.record.id || job?.results === undefined) continue;
    await take(job.title, job.results);
  }
  return found;
}

/** The first views of the newest evaluation. */
const MOST_PICTURES = 24;

async function picturesOf(dir: string, { images }: PicturesEvent): Promise<Picture[]> {
  const views = images.flatMap(({ path: image, views }) =>
    views.map(({ title, file }) => ({ title: `${path.basename(image)}: ${title}`, file })),
  );
  const found = await Promise.all(
    views.slice(0, MOST_PICTURES).map(async ({ title, file }): Promise<Picture[]> => {
      const bytes = await ifMissing(readFile(path.join(dir, file)), undefined);
      return bytes === undefined ? [] : [{ title, type: 'image/webp', bytes }];
    }),
  );
  return found.flat();
}
