/** Checks of schedules against stored values. The host computes them for every device. */
import { readFile } from 'node:fs/promises';
import { type CosineArguments, cosineSchedule } from '../optim/schedules.ts';
import { type Checker, maxError } from './checks.ts';

interface ScheduleCase {
  readonly args: CosineArguments;
  readonly values?: readonly number[];
  readonly error?: string;
}

export async function checkSchedules(file: string, checker: Checker): Promise<void> {
  const stored = JSON.parse(await readFile(file, 'utf8')) as {
    cosine_scheduler: readonly ScheduleCase[];
  };
  for (const { args, values } of stored.cosine_scheduler) {
    if (values) checker.group('cosine schedules', maxError(cosineSchedule(args), values), 1e-12);
    else checker.group('impossible schedules accepted', refuses(args) ? 0 : 1, 0);
  }
  checker.finish();
}

function refuses(args: CosineArguments): boolean {
  try {
    cosineSchedule(args);
    return false;
  } catch {
    return true;
  }
}
