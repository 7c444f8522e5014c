/** A study from its folder. */
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { STUDY_FILE, type Study, studySchema } from '../contract/study/study.ts';
import { readJsonFile } from '../disk/json-file.ts';

/** @throws StudioError `study-missing` */
export async function readStudy(folder: string): Promise<Study> {
  const file = path.join(folder, STUDY_FILE);
  const found = await readJsonFile(file, studySchema);
  if (found !== undefined) return found;
  throw new StudioError('study-missing', `${file} is not there or cannot be understood.`, {
    advice: 'Give the folder of a study, which conmim study --out names.',
    details: { path: folder },
  });
}
