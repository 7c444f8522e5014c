/** Lanes of jobs, each with a number of concurrent ones: one a device, and some for files. */
import { type JobRequest, jobOf, resumedRun } from '../../contract/jobs/register.ts';
import { type Precision, precisionNamed } from '../../contract/precision.ts';

/** The lane of jobs that compute little. */
export const FILES_LANE = 'files';
/** Jobs that wait for files most of the time. */
export const WATCH_LANE = 'watch';
const AT_ONCE: Readonly<Record<string, number>> = { [FILES_LANE]: 2, [WATCH_LANE]: 4 };

/** @param devices the device that `auto` resolves to, and the device of a run that is resumed */
export function laneOf(
  request: JobRequest,
  devices: { auto(precision: Precision): string; ofRun(run: string): string | undefined },
): string {
  const job = jobOf(request);
  if (job.isFileJob) return FILES_LANE;
  if (job.waitsForFiles?.(request)) return WATCH_LANE;
  const [first] = ('devices' in request ? request.devices : undefined) ?? [];
  const named = first ?? ('device' in request ? request.device : undefined);
  const run = resumedRun(request);
  const device = named ?? (run === undefined ? undefined : devices.ofRun(run)) ?? 'auto';
  return device === 'auto' ? devices.auto(precisionOf(request)) : device;
}

/** The precision in the request; recipes use float32 by default. */
function precisionOf(request: JobRequest): Precision {
  const settings = 'settings' in request ? request.settings : undefined;
  const named = 'precision' in request ? request.precision : settings?.['precision'];
  return precisionNamed(named);
}

/** The waiting jobs that may start now, in order, given the running ones. */
export function startable<T extends { readonly lane: string }>(
  waiting: readonly T[],
  running: readonly { readonly lane: string }[],
): T[] {
  const busy = new Map<string, number>();
  const count = (lane: string) => busy.get(lane) ?? 0;
  for (const { lane } of running) busy.set(lane, count(lane) + 1);
  return waiting.filter(({ lane }) => {
    if (count(lane) >= (AT_ONCE[lane] ?? 1)) return false;
    busy.set(lane, count(lane) + 1);
    return true;
  });
}
