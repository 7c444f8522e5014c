/** Whether a new job has to wait for others. */
import { type Job, type JobRequest, takesDevice } from '../../engine/contract/studio/index.ts';

/** @param request undefined while an input is missing */
export function isQueued(request: JobRequest | undefined, jobs: readonly Job[]): boolean {
  if (request !== undefined && !takesDevice(request)) return false;
  return jobs.some(
    (job) => (job.state === 'running' || job.state === 'waiting') && takesDevice(job.request),
  );
}
