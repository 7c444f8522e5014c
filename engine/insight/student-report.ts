/** What the student of a run saw, as it was kept while the run was trained. */
import { StudioError } from '../contract/errors.ts';
import {
  maskedPatches,
  type StoredStudentViews,
  type StudentStep,
} from '../contract/studio/student.ts';
import type { RunReference } from '../runs/describe-run.ts';
import { readAbout } from '../runs/run-about.ts';
import { findRun, shownName } from '../runs/run-folder.ts';
import { readStudentStep, readStudentViews, studentSteps } from '../runs/student-folder.ts';

export interface StudentReport {
  readonly id: string;
  readonly name: string;
  readonly dir: string;
  readonly views: StoredStudentViews;
  /** All that are kept, ascending; at least one. */
  readonly steps: readonly StudentStep[];
}

/** @throws StudioError `run-not-found`, `run-ambiguous`, `run-damaged`, `insight-missing` */
export async function readStudent({ workspace, run }: RunReference): Promise<StudentReport> {
  const { dir, record } = await findRun(workspace, run);
  const name = shownName({ record, about: await readAbout(dir) });
  const views = await readStudentViews(dir);
  const kept = await studentSteps(dir);
  if (views === undefined || kept.length === 0)
    throw new StudioError(
      'insight-missing',
      `The run ${name} keeps no pictures of what its student saw.`,
      {
        advice:
          'Pre-trainings keep them while they train and are measured, unless learning_measures or student_pictures is off.',
        details: { run: record.id },
      },
    );
  const steps: StudentStep[] = [];
  for (const step of kept) steps.push(await readStudentStep(dir, step));
  return { id: record.id, name, dir, views, steps };
}

export interface StudentScore {
  readonly step: number;
  readonly masked: number;
  /** masked patches that were taken for themselves */
  readonly found: number;
  /** mean probability of the own patch */
  readonly ownProbability: number;
}

/** Over all masked patches of all images. */
export function studentScore(
  { images }: Pick<StoredStudentViews, 'images'>,
  at: StudentStep,
): StudentScore {
  const patches = at.images.flatMap((found, i) =>
    images[i] === undefined ? [] : maskedPatches(images[i], found),
  );
  const masked = patches.length;
  const sum = patches.reduce((total, { ownProbability }) => total + ownProbability, 0);
  return {
    step: at.step,
    masked,
    found: patches.filter(({ patch, taken }) => patch === taken).length,
    ownProbability: masked === 0 ? 0 : sum / masked,
  };
}
