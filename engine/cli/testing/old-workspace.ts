/**
 * A workspace as version 0.1.0 left it: two pre-trainings (one stopped at step 39 of 400), a
 * fine-tuned run, a linear probe, a comparison with its two runs, an imported model, two data sets,
 * and nine jobs of the application, over 24 generated images of two classes.
 *
 * Version 0.1.0 itself wrote it, in the folder `RECORDED`; unpacking moves it by replacing that path
 * in all text files.
 */
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extract } from 'tar';
import { packagedFile } from '../../platform/packaged-file.ts';

/** The folder in which 0.1.0 wrote the workspace. */
const RECORDED = '/tmp/ws010/root';
const TEXT = new Set(['.json', '.jsonl', '.csv', '.md', '.log']);

export interface OldWorkspace {
  readonly workspace: string;
  /** `train` and `val`, each with a folder a class. */
  readonly images: string;
  /** What 0.1.0 exported of the run "shapes". */
  readonly weights: string;
}

/** @param folder an empty folder that the workspace and its images are put into */
export async function unpackOldWorkspace(folder: string): Promise<OldWorkspace> {
  await mkdir(folder, { recursive: true });
  await extract({
    file: packagedFile('engine/cli/testing/workspace-0.1.0.tar.gz'),
    cwd: folder,
    preserveOwner: false,
  });
  const workspace = path.join(folder, 'workspace');
  const entries = await readdir(workspace, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || !TEXT.has(path.extname(entry.name))) continue;
    await moveRecorded(path.join(entry.parentPath, entry.name), folder);
  }
  return {
    workspace,
    images: path.join(folder, 'images'),
    weights: path.join(folder, 'weights.safetensors'),
  };
}

async function moveRecorded(file: string, folder: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(RECORDED)) return;
  const inJson = JSON.stringify(folder).slice(1, -1);
  await writeFile(file, text.replaceAll(RECORDED, inJson));
  // A moved file is as old as it was.
  await utimes(file, new Date('2026-11-28'), new Date('2026-11-28'));
}
