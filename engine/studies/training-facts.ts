/** What the log of a training says at its end. */
import { readEvents } from '../runs/event-log.ts';
import type { RunFolder } from '../runs/run-folder.ts';

export interface TrainingFacts {
  /** Means over the last twentieth of the logged steps. */
  readonly loss: number;
  readonly match: number;
  /** Time of all steps with the waits for their batches. */
  readonly seconds: number;
  readonly alarms: readonly string[];
}

const END_SHARE = 1 / 20;

/** Warnings that say that a training learns badly. */
const ALARMS: ReadonlySet<string> = new Set([
  'shortcut-suspected',
  'plateau',
  'match-saturated',
  'images-flat',
  'teacher-too-fast',
  'teacher-too-slow',
  'temperature-too-high',
  'temperature-too-low',
  'position-shortcut',
  'diverging',
  'features-collapsed',
]);

export async function trainingFacts({ eventsFile, record }: RunFolder): Promise<TrainingFacts> {
  const steps: { loss: number; score: number }[] = [];
  const alarms = new Set<string>();
  let ms = 0;
  for await (const event of readEvents(eventsFile)) {
    if (event.type === 'warning' && ALARMS.has(event.code)) alarms.add(event.code);
    if (event.type !== 'step') continue;
    ms += event.stepMs + event.dataWaitMs;
    steps.push({ loss: event.loss, score: event.score });
  }
  const last = steps.slice(-Math.max(1, Math.floor(steps.length * END_SHARE)));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  // Not every step is logged.
  const share = steps.length / record.totalSteps;
  return {
    loss: mean(last.map(({ loss }) => loss)),
    match: mean(last.map(({ score }) => score)),
    seconds: ms / 1000 / share,
    alarms: [...alarms],
  };
}
