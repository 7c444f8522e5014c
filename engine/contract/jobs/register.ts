/**
 * All kinds of jobs, in one form for the window, the queue on disk and the command line. Every job
 * is one `conmim` command, whose arguments `jobArguments` returns.
 */
import { z } from 'zod';
import { compareJob } from './compare.ts';
import { devicesJob } from './devices.ts';
import { embedJob } from './embed.ts';
import { evaluateJob } from './evaluate.ts';
import { exportJob } from './export.ts';
import { type Fields, optionArguments, writeFields } from './fields.ts';
import { finetuneJob } from './finetune.ts';
import { importJob } from './import.ts';
import type { JobDefinition } from './job.ts';
import { knnJob } from './knn.ts';
import { lookupJob } from './lookup.ts';
import { mapJob } from './map.ts';
import { partialJob } from './partial.ts';
import { predictJob } from './predict.ts';
import { prepareJob } from './prepare.ts';
import { pretrainJob } from './pretrain.ts';
import { resumeJob } from './resume.ts';
import { sampleDataJob } from './sample-data.ts';
import { selftestJob } from './selftest.ts';
import { studyJob } from './study.ts';
import type { Place } from './values.ts';

export const jobs = {
  prepare: prepareJob,
  pretrain: pretrainJob,
  finetune: finetuneJob,
  compare: compareJob,
  partial: partialJob,
  evaluate: evaluateJob,
  predict: predictJob,
  knn: knnJob,
  embed: embedJob,
  lookup: lookupJob,
  map: mapJob,
  export: exportJob,
  import: importJob,
  study: studyJob,
  resume: resumeJob,
  'sample-data': sampleDataJob,
  selftest: selftestJob,
  devices: devicesJob,
};

type Jobs = typeof jobs;
export type JobKind = keyof Jobs;
export type RequestOf<K extends JobKind> = z.output<Jobs[K]['schema']>;
export type JobRequest = { [K in JobKind]: RequestOf<K> }[JobKind];

type Schemas = Jobs[JobKind]['schema'][];
export const jobRequestSchema = z.discriminatedUnion(
  'kind',
  Object.values(jobs).map(({ schema }) => schema) as [...Schemas] as [Schemas[0], ...Schemas],
);

/** Any kind of job, for what all have in common. */
type AnyJob = JobDefinition<string, Fields>;

export function jobOf(request: JobRequest): AnyJob {
  return jobOfKind(request.kind);
}

export function jobOfKind(kind: JobKind): AnyJob {
  return jobs[kind] as unknown as AnyJob;
}

/** Whether jobs of this request take a device for themselves, and so run one after the other on it. */
export function takesDevice(request: JobRequest): boolean {
  const job = jobOf(request);
  return job.isFileJob !== true && job.waitsForFiles?.(request) !== true;
}

export function resumedRun(request: JobRequest): string | undefined {
  return jobOf(request).resumedRun?.(request);
}

/** Folders for results of a job whose request names none. */
export interface JobPlaces {
  readonly workspace: string;
  /** A folder for tables and figures. */
  readonly results: string;
}

/** The arguments of a job's command, after `conmim`. */
export function jobArguments(request: JobRequest, { workspace, results }: JobPlaces): string[] {
  const job = jobOf(request);
  const values = job.effective?.(request) ?? request;
  return [
    ...(job.command ?? [request.kind]),
    ...(job.hasWorkspace ? optionArguments('workspace', workspace) : []),
    ...(job.hasResults && !('out' in values)
      ? optionArguments('out', outOf(job, request, results))
      : []),
    ...(job.words ?? []),
    ...writeFields(job.fields, values),
  ];
}

function outOf(job: AnyJob, request: JobRequest, folder: string): string {
  const file = job.resultsFile?.(request);
  return file === undefined ? folder : `${folder}/${file}`;
}

/** A file, folder, run or recipe that a request names. */
export interface NamedFile extends Place {
  readonly text: string;
}

export function namedFiles(request: JobRequest): NamedFile[] {
  return Object.entries(jobOf(request).fields).flatMap(([key, { of }]): NamedFile[] => {
    const value = (request as Readonly<Record<string, unknown>>)[key];
    const place = of?.place;
    if (place === undefined || value === undefined) return [];
    const texts = [value].flat() as string[];
    const others = place.hasCommas ? texts.flatMap((text) => text.split(',').slice(1)) : [];
    return [
      ...texts.map((text) => ({ ...place, text })),
      ...others.map((text) => ({ kind: 'reference' as const, text })),
    ];
  });
}
