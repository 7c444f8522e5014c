/** What a run has measured of its learning, and the alarms that it gave. */
import { ALARM_CODES } from '../contract/alarm-codes.ts';
import { StudioError } from '../contract/errors.ts';
import type { LearningBand } from '../contract/studio/learning-band.ts';
import type { RunReference } from '../runs/describe-run.ts';
import { readEvents } from '../runs/event-log.ts';
import type { LearningEvent, WarningEvent } from '../runs/events.ts';
import { readLearningBand } from '../runs/learning-band.ts';
import { readAbout } from '../runs/run-about.ts';
import { findRun, shownName } from '../runs/run-folder.ts';
import { SHORTEST_MEASURED } from './measure-interval.ts';

export interface LearningReport {
  readonly id: string;
  readonly name: string;
  readonly dir: string;
  readonly totalSteps: number;
  /** By step. */
  readonly measurements: readonly LearningEvent[];
  /** The first of each code, by step. */
  readonly alarms: readonly WarningEvent[];
  /** Of earlier runs of the recipe, where there are some. */
  readonly band?: LearningBand | undefined;
}

/** @throws StudioError `run-not-found`, `run-ambiguous`, `run-damaged`, `insight-missing` */
export async function readLearning({ workspace, run }: RunReference): Promise<LearningReport> {
  const folder = await findRun(workspace, run);
  const { dir, record, eventsFile } = folder;
  const measurements: LearningEvent[] = [];
  const alarms = new Map<string, WarningEvent>();
  for await (const event of readEvents(eventsFile)) {
    if (event.type === 'learning') measurements.push(event);
    // A resumed run gives its alarms again.
    else if (event.type === 'warning' && ALARM_CODES.has(event.code) && !alarms.has(event.code))
      alarms.set(event.code, event);
  }
  const { id, totalSteps } = record;
  const name = shownName({ record, about: await readAbout(dir) });
  if (measurements.length === 0)
    throw new StudioError(
      'insight-missing',
      `The run ${name} has measured nothing of its learning.`,
      {
        advice: `Pre-trainings of ${SHORTEST_MEASURED} steps or more measure it while they train, unless learning_measures is off.`,
        details: { run: id },
      },
    );
  const band = await readLearningBand(dir);
  return { id, name, dir, totalSteps, measurements, alarms: [...alarms.values()], band };
}
