/**
 * What earlier runs of a recipe measured of their learning, as a band: at each step the least and the
 * greatest value. Runs that gave an alarm or did not end are left out.
 */
import path from 'node:path';
import { ALARM_CODES } from '../contract/alarm-codes.ts';
import { parseRecipe, pretrainSettings } from '../contract/recipe.ts';
import { isSameRecipe } from '../contract/same-recipe.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import type { LearningBand } from '../contract/studio/learning-band.ts';
import { LEARNING_SERIES, type LearningSeriesName } from '../contract/studio/runs.ts';
import { readEvents } from './event-log.ts';
import { learningNumbers } from './learning-numbers.ts';
import { listRuns, RunFolder } from './run-folder.ts';
import type { RunRecord } from './run-record.ts';

/** A band of fewer runs would say little. */
const LEAST_RUNS = 3;
/** The newest ones are taken. */
const MOST_RUNS = 20;
/** Runs whose recipes are compared, since a workspace may have ten thousand. */
const MOST_LOOKED_AT = 300;
/** Steps of a band. */
const MOST_STEPS = 160;

/** The measurements of a run, by step. */
type Measured = readonly { readonly step: number; readonly values: Numbers }[];
type Numbers = Readonly<Record<string, number>>;

interface KnownRun {
  readonly dir: string;
  readonly record: RunRecord;
}

/** Of a run in the folder of its workspace. @throws StudioError `run-damaged` */
export async function readLearningBand(dir: string): Promise<LearningBand | undefined> {
  const { record } = await RunFolder.open(dir);
  if (record.kind !== 'pretrain') return undefined;
  return learningBand(record, (await listRuns(path.dirname(path.dirname(dir)))).runs);
}

/** @returns undefined where fewer than three healthy runs of the recipe were begun before */
export async function learningBand(
  own: RunRecord,
  runs: readonly KnownRun[],
): Promise<LearningBand | undefined> {
  const healthy: { readonly id: string; readonly measured: Measured }[] = [];
  for (const { dir, record } of earlierRuns(runs, own)) {
    const measured = await healthyMeasurements(dir);
    if (measured !== undefined) healthy.push({ id: record.id, measured });
    if (healthy.length === MOST_RUNS) break;
  }
  if (healthy.length < LEAST_RUNS) return undefined;
  const measured = healthy.map((run) => run.measured);
  return { runs: healthy.map(({ id }) => id), curves: bandCurves(measured) };
}

/** Those that ended, with the recipe and number of steps of a run, begun before it, newest first. */
function* earlierRuns(runs: readonly KnownRun[], own: RunRecord): Generator<KnownRun> {
  const recipe = own.kind === 'pretrain' ? recipeOf(own) : undefined;
  if (recipe === undefined) return;
  const ended = runs
    .filter(
      ({ record: { kind, status, createdAt, totalSteps } }) =>
        kind === 'pretrain' &&
        status === 'done' &&
        createdAt < own.createdAt &&
        totalSteps === own.totalSteps,
    )
    .sort((a, b) => b.record.createdAt.localeCompare(a.record.createdAt))
    .slice(0, MOST_LOOKED_AT);
  for (const run of ended) {
    const other = recipeOf(run.record);
    if (other !== undefined && isSameRecipe(pretrainSettings.settings, recipe, other)) yield run;
  }
}

/** With the defaults of settings that are newer than it; undefined for what a later version wrote. */
function recipeOf({ recipe }: RunRecord): SettingValues | undefined {
  try {
    return parseRecipe(recipe);
  } catch {
    return undefined;
  }
}

/** Undefined for a run that gave an alarm, or measured nothing. */
async function healthyMeasurements(dir: string): Promise<Measured | undefined> {
  const measured: { step: number; values: Numbers }[] = [];
  for await (const event of readEvents(path.join(dir, 'events.jsonl'), ['learning', 'warning'])) {
    if (event.type === 'warning' && ALARM_CODES.has(event.code)) return undefined;
    if (event.type === 'learning')
      measured.push({ step: event.step, values: learningNumbers({ ...event }) });
  }
  return measured.length === 0 ? undefined : measured;
}

/** Runs measure at steps of their own, so each is read between them along a line. */
export function bandCurves(runs: readonly Measured[]): LearningBand['curves'] {
  const curves: Partial<Record<LearningSeriesName, LearningBand['curves'][string]>> = {};
  for (const name of LEARNING_SERIES) {
    const lines = runs.map((measured) =>
      measured.flatMap(({ step, values }): Place[] => {
        const value = values[name];
        return value === undefined ? [] : [[step, value]];
      }),
    );
    const band = bandOf(lines.filter((line) => line.length > 0));
    if (band.steps.length > 0) curves[name] = band;
  }
  return curves;
}

type Place = readonly [step: number, value: number];

function bandOf(lines: readonly (readonly Place[])[]): LearningBand['curves'][string] {
  const all = new Set(lines.flatMap((line) => line.map(([step]) => step)));
  const steps = thinned([...all].sort((a, b) => a - b));
  const band = { steps: [] as number[], low: [] as number[], high: [] as number[] };
  for (const step of steps) {
    const values = lines.flatMap((line) => valueAt(line, step) ?? []);
    if (values.length < LEAST_RUNS) continue;
    band.steps.push(step);
    band.low.push(Math.min(...values));
    band.high.push(Math.max(...values));
  }
  return band;
}

/** Evenly, with the first and the last. */
function thinned(steps: readonly number[]): readonly number[] {
  if (steps.length <= MOST_STEPS) return steps;
  const apart = (steps.length - 1) / (MOST_STEPS - 1);
  return Array.from({ length: MOST_STEPS }, (_, i) => steps[Math.round(i * apart)]!);
}

/** Undefined before its first measurement and after its last. */
function valueAt(line: readonly Place[], step: number): number | undefined {
  const at = line.findIndex(([measured]) => measured >= step);
  if (at < 0) return undefined;
  const [after, value] = line[at]!;
  if (after === step) return value;
  if (at === 0) return undefined;
  const [before, first] = line[at - 1]!;
  return first + ((value - first) * (step - before)) / (after - before);
}
