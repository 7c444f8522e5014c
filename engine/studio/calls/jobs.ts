/** Calls about jobs, and about what one would take. */
import path from 'node:path';
import { z } from 'zod';
import type { JobRequest } from '../../contract/jobs/register.ts';
import type { OutputOf } from '../../contract/studio/api.ts';
import { checkSchema } from '../../contract/studio/jobs.ts';
import { checkRequest } from '../jobs/check-request.ts';
import { ERRORS_FILE, OUTPUT_FILE } from '../jobs/job-folder.ts';
import { LineTail, lastLines, parseRecord } from '../line-tail.ts';
import type { SettingsFile } from '../settings-file.ts';
import { isConfinedSurface } from '../studio-options.ts';
import type { StudioParts } from '../studio-parts.ts';
import { type CallsOf, done } from './calls.ts';

/** A line of the self-test's output. */
const checkLineSchema = checkSchema.extend({ type: z.literal('check') });

export function jobCalls({
  workspace,
  options,
  settings,
  jobs,
  estimates,
}: StudioParts): CallsOf<'jobs' | 'pretrain'> {
  const check = (request: JobRequest) =>
    checkRequest(request, workspace, isConfinedSurface(options));
  return {
    async 'pretrain.estimate'(request) {
      check(request);
      return estimates.measure(() => withPreferredDevice(request, settings));
    },

    'jobs.list': () => jobs.list(),
    async 'jobs.submit'(request) {
      check(request);
      return jobs.submit(await withPreferredDevice(request, settings));
    },
    'jobs.move': ({ id, before }) => jobs.move(id, before).then(() => done),
    'jobs.stop': ({ id }) => jobs.stop(id),
    'jobs.forget': ({ id }) => jobs.forget(id).then(() => done),
    async 'jobs.checks'({ id }) {
      const checks: OutputOf<'jobs.checks'>['checks'] = [];
      await new LineTail(path.join(jobs.get(id).dir, OUTPUT_FILE)).read((line) => {
        const found = checkLineSchema.safeParse(parseRecord(line)).data;
        if (found !== undefined) checks.push(found);
      });
      return { checks };
    },
    async 'jobs.log'({ id, lines }) {
      const { dir } = jobs.get(id);
      return { lines: await lastLines(path.join(dir, ERRORS_FILE), lines) };
    },
  };
}

/** The request with the preferred device, unless it names one. */
async function withPreferredDevice<T extends { readonly kind: string }>(
  request: T,
  settings: SettingsFile,
): Promise<T> {
  if (!('device' in request) || request.device !== 'auto') return request;
  if ('devices' in request && request.devices !== undefined) return request;
  const { device } = await settings.read();
  return { ...request, device };
}
