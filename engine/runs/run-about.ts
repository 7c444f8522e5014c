/**
 * `about.json` of a run: what people say of it.
 *
 * It is a file of its own, since `run.json` belongs to the process that trains. Runs of 0.1.0 have none.
 */

import path from 'node:path';
import { type RunAbout, runAboutSchema } from '../contract/run-about.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { nodeDisk, writeAndSync } from '../disk/disk.ts';
import { readJsonFile } from '../disk/json-file.ts';
import type { RunRecord } from './run-record.ts';

export const ABOUT_FILE = 'about.json';

/** Nothing is said of a run whose file is not there or cannot be understood: it stays usable. */
export async function readAbout(dir: string): Promise<RunAbout> {
  return (await readJsonFile(path.join(dir, ABOUT_FILE), runAboutSchema)) ?? {};
}

/**
 * Change what is given; the rest stays. The name that the run was started with takes the other one away.
 *
 * @throws StudioError `disk-full`, `disk-read-only`, `access-denied` naming the file
 */
export async function changeAbout(
  dir: string,
  record: RunRecord,
  change: RunAbout,
): Promise<RunAbout> {
  const { name, tags, note, favourite } = { ...(await readAbout(dir)), ...change };
  const about: RunAbout = {
    ...(name === undefined || name === record.name ? {} : { name }),
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
    ...(note === undefined || note === '' ? {} : { note }),
    ...(favourite === true ? { favourite } : {}),
  };
  const text = new TextEncoder().encode(`${JSON.stringify(about, null, 2)}\n`);
  await writeFileAtomically(path.join(dir, ABOUT_FILE), (beside) =>
    writeAndSync(nodeDisk, beside, text),
  );
  return about;
}
