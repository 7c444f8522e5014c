/**
 * Pictures of what the student saw in the folder of a run, `student/`: `views.json` with two pictures an
 * image, and a file for each step after which it was measured.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { parseJson } from '../contract/parse-json.ts';
import {
  type StoredStudentViews,
  type StudentStep,
  storedStudentViewsSchema,
  studentStepSchema,
} from '../contract/studio/student.ts';
import { type Disk, ifMissing, replaceFile } from '../disk/disk.ts';

const FOLDER = 'student';
const VIEWS = 'views.json';
const STEP_FILE = /^(\d+)\.json$/;
/** Most steps that are kept, some 10 kB each. */
export const MOST_STUDENT_STEPS = 40;

/** Where it is written. */
export interface StudentPlace {
  /** folder of the run */
  readonly dir: string;
  readonly disk: Disk;
}

/** Pictures as files of WebP. */
export interface EncodedViews {
  readonly rows: number;
  readonly cols: number;
  readonly images: readonly {
    readonly path: string;
    readonly mask: string;
    readonly student: Uint8Array;
    readonly teacher: Uint8Array;
  }[];
}

export async function writeStudentViews(
  { dir, disk }: StudentPlace,
  { rows, cols, images }: EncodedViews,
): Promise<void> {
  await disk.makeFolder(path.join(dir, FOLDER));
  const named: StoredStudentViews['images'] = [];
  for (const [i, { path: image, mask, ...views }] of images.entries()) {
    const files = {
      student: `${FOLDER}/${i}-student.webp`,
      teacher: `${FOLDER}/${i}-teacher.webp`,
    };
    await replaceFile(disk, path.join(dir, files.student), views.student);
    await replaceFile(disk, path.join(dir, files.teacher), views.teacher);
    named.push({ path: image, mask, ...files });
  }
  const views: StoredStudentViews = { rows, cols, images: named };
  await replaceFile(disk, path.join(dir, FOLDER, VIEWS), JSON.stringify(views));
}

/** Later steps, from before the run went back, are removed, and of too many the least missed one. */
export async function writeStudentStep(
  { dir, disk }: StudentPlace,
  found: StudentStep,
): Promise<void> {
  const folder = path.join(dir, FOLDER);
  const known = await studentSteps(dir);
  const later = known.filter((step) => step > found.step);
  const steps = [...known.filter((step) => step < found.step), found.step];
  await replaceFile(disk, stepFile(folder, found.step), JSON.stringify(found));
  const spare = steps.length > MOST_STUDENT_STEPS ? [leastMissed(steps)] : [];
  for (const step of [...later, ...spare]) await disk.remove(stepFile(folder, step));
}

/** The step whose neighbours are closest, so that the others stay spread over the run. @param steps ascending */
export function leastMissed(steps: readonly number[]): number {
  const gap = (i: number) => steps[i + 1]! - steps[i - 1]!;
  const inner = steps.slice(1, -1).map((_, i) => i + 1);
  return steps[inner.reduce((best, i) => (gap(i) < gap(best) ? i : best))]!;
}

/** Undefined where the run has none. @throws StudioError `run-damaged` */
export async function readStudentViews(dir: string): Promise<StoredStudentViews | undefined> {
  const file = path.join(dir, FOLDER, VIEWS);
  const text = await ifMissing(readFile(file, 'utf8'), undefined);
  if (text === undefined) return undefined;
  return understood(storedStudentViewsSchema.safeParse(parseJson(text)).data, file);
}

/** Ascending. */
export async function studentSteps(dir: string): Promise<number[]> {
  const names = await ifMissing(readdir(path.join(dir, FOLDER)), []);
  return names
    .flatMap((name) => STEP_FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** @throws StudioError `insight-missing`, `run-damaged` */
export async function readStudentStep(dir: string, step: number): Promise<StudentStep> {
  const file = stepFile(path.join(dir, FOLDER), step);
  const text = await ifMissing(readFile(file, 'utf8'), undefined);
  if (text === undefined)
    throw new StudioError(
      'insight-missing',
      `What the student saw after step ${step} is not kept in ${dir}.`,
      { details: { run: path.basename(dir) } },
    );
  return understood(studentStepSchema.safeParse(parseJson(text)).data, file);
}

function stepFile(folder: string, step: number): string {
  return path.join(folder, `${step}.json`);
}

function understood<T>(found: T | undefined, file: string): T {
  if (found !== undefined) return found;
  throw new StudioError('run-damaged', `${file} cannot be understood.`, {
    advice: 'Remove it to do without; it is not needed for training.',
  });
}
