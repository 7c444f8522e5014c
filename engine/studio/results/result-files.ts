/** The files of a job or a run, as they are on disk. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { jobOf } from '../../contract/jobs/register.ts';
import type { InputOf } from '../../contract/studio/api.ts';
import type { Job } from '../../contract/studio/jobs.ts';
import type { ResultFile, ResultFiles } from '../../contract/studio/results.ts';
import { evaluationFolder } from '../../runs/evaluation-folder.ts';
import type { RunCatalogue } from '../runs/run-catalogue.ts';

interface Places {
  readonly jobs: readonly Job[];
  readonly runs: Pick<RunCatalogue, 'get'>;
}

/** @throws StudioError `run-not-found` */
export async function resultFilesOf(
  { job, run }: InputOf<'results.files'>,
  { jobs, runs }: Places,
): Promise<ResultFiles> {
  const made = jobs.find(({ id }) => id === job);
  const trained = run ?? made?.run;
  const exports = trained === undefined ? [] : await exportsOf(trained, jobs);
  if (made?.results !== undefined) {
    const names = jobOf(made.request).resultNames ?? /./;
    return { ...(await filesIn(made.results, names)), exports };
  }
  if (trained === undefined) return { files: [], exports };
  const { dir } = await runs.get(trained);
  return { ...(await filesIn(evaluationFolder(dir), /./)), exports };
}

async function filesIn(
  folder: string,
  names: RegExp,
): Promise<Pick<ResultFiles, 'folder' | 'folders' | 'files'>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return { files: [] };
  const found = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && names.test(entry.name))
    .map(({ name }) => path.join(folder, name))
    .sort();
  const files = await Promise.all(found.map(fileAt));
  const inner = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && names.test(entry.name))
    .map(({ name }) => name)
    .sort();
  const folders = await Promise.all(
    inner.map(async (name) => ({ name, files: await filesBelow(path.join(folder, name)) })),
  );
  return { folder, folders, files: files.filter((file) => file !== undefined) };
}

async function filesBelow(folder: string): Promise<number> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).length;
}

async function exportsOf(run: string, jobs: readonly Job[]): Promise<ResultFiles['exports']> {
  const paths = new Set<string>();
  const found: ResultFiles['exports'] = [];
  const newestFirst = [...jobs].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  for (const { request, state, result } of newestFirst) {
    if (request.kind !== 'export' || request.model !== run || state !== 'done') continue;
    const at = result?.['path'];
    // The same place may have been written again, in another format.
    if (typeof at !== 'string' || paths.has(at)) continue;
    paths.add(at);
    const there = await fileAt(at);
    const bytes = result?.['bytes'];
    if (there === undefined) continue;
    found.push({
      path: at,
      bytes: typeof bytes === 'number' ? bytes : there.bytes,
      format: request.format,
    });
  }
  return found;
}

/** Undefined where it is gone. */
async function fileAt(at: string): Promise<ResultFile | undefined> {
  const found = await stat(at).catch(() => undefined);
  return found && { path: at, bytes: found.size };
}
