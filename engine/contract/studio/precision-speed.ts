/** Whether a narrow precision is slower than float32 on a device, as a check has measured it. */
import { timesAsFast } from '../number-text.ts';
import type { Precision } from '../precision.ts';
import { type DeviceCheck, narrowFindings } from './device-check.ts';

/** Less of a difference is within what times vary by. */
const SLOWER = 0.95;

/** For example `bfloat16 is 0.6 times as fast as float32 here`; undefined where it is not slower, or not timed. */
export function slowPrecisionText(check: DeviceCheck, precision: Precision): string | undefined {
  const found = narrowFindings(check).find((one) => one.precision === precision)?.finding;
  if (!check.ok || check.stepMs === undefined) return undefined;
  if (!found?.ok || found.stepMs === undefined) return undefined;
  if (check.stepMs >= SLOWER * found.stepMs) return undefined;
  return `${precision} is ${timesAsFast(found.stepMs, check.stepMs)} times as fast as float32 here`;
}
