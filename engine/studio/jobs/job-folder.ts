/**
 * A job on disk: `<workspace>/jobs/<id>/`, readable without the app, with all that another host needs
 * to continue.
 *
 * | file | written by | when |
 * | --- | --- | --- |
 * | job.json | the studio | once, when it was requested |
 * | launched.json | the studio | when its process starts |
 * | output.jsonl | the process | the records of its command, without steps, which the run has |
 * | errors.log | the process | its messages to users |
 * | stop | the studio | when its user ends it |
 * | result.json | the process, or the studio for it | at the end |
 * | lock | the process | while it runs |
 * | .reserve | the process | while it runs: reserved space for its result |
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { jobRequestSchema } from '../../contract/jobs/register.ts';
import { removeLeftovers, temporaryPath } from '../../disk/atomic-file.ts';
import { asDiskError, nodeDisk } from '../../disk/disk.ts';
import { readJsonFile, writeJsonFile } from '../../disk/json-file.ts';

export const OUTPUT_FILE = 'output.jsonl';
export const ERRORS_FILE = 'errors.log';
const RECORD_FILE = 'job.json';
const LAUNCHED_FILE = 'launched.json';
const STOP_FILE = 'stop';
const RESULT_FILE = 'result.json';

const recordSchema = z.object({
  format: z.literal(1),
  id: z.string().min(1),
  title: z.string(),
  createdAt: z.iso.datetime(),
  request: jobRequestSchema,
  /** The arguments after `conmim`. */
  arguments: z.array(z.string()),
  /** Folder of tables and figures. */
  results: z.string().optional(),
  /** Whether a surface that is confined to folders requested it. */
  confined: z.boolean().optional(),
});
export type JobRecord = z.infer<typeof recordSchema>;

const launchedSchema = z.object({ pid: z.int(), at: z.iso.datetime() });
export type Launched = z.infer<typeof launchedSchema>;

const resultSchema = z.object({
  endedAt: z.iso.datetime(),
  exitCode: z.int(),
  /** Whether its user ended it before it began. */
  withdrawn: z.boolean().optional(),
});
export type JobResult = z.infer<typeof resultSchema>;

export function jobsDir(workspace: string): string {
  return path.join(path.resolve(workspace), 'jobs');
}

/** Create the folder atomically. */
export async function createJobFolder(workspace: string, record: JobRecord): Promise<string> {
  const root = jobsDir(workspace);
  const dir = path.join(root, record.id);
  const beside = temporaryPath(dir);
  await removeLeftovers(root).catch(() => undefined);
  try {
    await writeJsonFile(path.join(beside, RECORD_FILE), record);
    await nodeDisk.rename(beside, dir);
    return dir;
  } catch (error) {
    await nodeDisk.remove(beside).catch(() => undefined);
    throw asDiskError(error, dir);
  }
}

/** Undefined for a folder that is not a job, or that a later version wrote. */
export function readJobRecord(dir: string): Promise<JobRecord | undefined> {
  return readJsonFile(path.join(dir, RECORD_FILE), recordSchema);
}

export function readLaunched(dir: string): Promise<Launched | undefined> {
  return readJsonFile(path.join(dir, LAUNCHED_FILE), launchedSchema);
}

export async function writeLaunched(dir: string, launched: Launched): Promise<void> {
  await writeJsonFile(path.join(dir, LAUNCHED_FILE), launched);
}

export function readResult(dir: string): Promise<JobResult | undefined> {
  return readJsonFile(path.join(dir, RESULT_FILE), resultSchema);
}

export async function writeResult(dir: string, result: JobResult): Promise<void> {
  await writeJsonFile(path.join(dir, RESULT_FILE), result);
}

export async function requestStop(dir: string): Promise<void> {
  await writeFile(path.join(dir, STOP_FILE), '');
}

export function isStopRequested(dir: string): boolean {
  return existsSync(path.join(dir, STOP_FILE));
}
