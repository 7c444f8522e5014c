/** What the student of a run saw, with the paths of its pictures. */
import path from 'node:path';
import type { StudentViews } from '../../contract/studio/student.ts';
import { readStudentViews, studentSteps } from '../../runs/student-folder.ts';

export interface KeptStudent {
  readonly views: StudentViews | undefined;
  readonly steps: number[];
}

/** @param dir folder of the run @throws StudioError `run-damaged` */
export async function studentOf(dir: string): Promise<KeptStudent> {
  const stored = await readStudentViews(dir);
  if (stored === undefined) return { views: undefined, steps: [] };
  const { images, ...grid } = stored;
  const at = (file: string) => path.join(dir, file);
  const located = images.map(({ student, teacher, ...image }) => ({
    ...image,
    student: at(student),
    teacher: at(teacher),
  }));
  return { views: { ...grid, images: located }, steps: await studentSteps(dir) };
}
