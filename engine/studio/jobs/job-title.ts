/** Titles of jobs in lists. */
import path from 'node:path';
import { type JobRequest, jobOf } from '../../contract/jobs/register.ts';

/** Folder names that are too general; the parent's name is added to these. */
const VAGUE = /^(train|val|valid|validation|test|images|data|labelled)$/i;
const RUN_ID = /^\d{8}-\d{6}-(.+)-[0-9a-f]{6}$/;

function base(name: string): string {
  const last = path.basename(name) || name;
  const parent = path.basename(path.dirname(name));
  if (VAGUE.test(last) && parent !== '') return `${parent}/${last}`;
  return RUN_ID.exec(last)?.[1] ?? last;
}

export function jobTitle(request: JobRequest): string {
  return jobOf(request).title(request, base);
}
