/** Keeps what the student saw in the folder of the run: pictures once, patches at each measurement. */
import { encodeWebp } from '../../data/pixels/encode-webp.ts';
import type { RunSession } from '../../runs/run-session.ts';
import { writeStudentStep, writeStudentViews } from '../../runs/student-folder.ts';
import type { StudentPictures, StudentReading } from '../../tasks/task.ts';

export class StudentKeeper {
  readonly #session: Pick<RunSession, 'run' | 'disk'>;
  #hasViews = false;

  constructor(session: Pick<RunSession, 'run' | 'disk'>) {
    this.#session = session;
  }

  /** May be called again after an error. @throws StudioError errors of disks */
  async keep(step: number, { taken, views }: StudentReading): Promise<void> {
    const { run, disk } = this.#session;
    const place = { dir: run.dir, disk };
    if (!this.#hasViews) await writeStudentViews(place, await encoded(views()));
    this.#hasViews = true;
    await writeStudentStep(place, { step, images: [...taken] });
  }
}

async function encoded({ rows, cols, images }: StudentPictures) {
  const files = images.map(async ({ path, mask, student, teacher }) => ({
    path,
    mask,
    student: await encodeWebp(student),
    teacher: await encodeWebp(teacher),
  }));
  return { rows, cols, images: await Promise.all(files) };
}
