import { describe, expect, it } from 'vitest';
import type { LearningMeasures } from '../../contract/learning-measures.ts';
import { LearningReporter } from './learning-reporter.ts';

const STEP_MS = 100;

/** Steps at which a run was measured. @param costMs of the measurement of that number, from 0 */
async function measuredSteps(totalSteps: number, costMs: (index: number) => number) {
  let elapsed = 0;
  const steps: number[] = [];
  const session = {
    clock: { now: () => elapsed, elapsed: () => elapsed, sleep: async () => {} },
    emit: async (event: { readonly step: number }) => void steps.push(event.step),
    warn: async () => {},
  };
  const learning = {
    async measure() {
      const measureMs = costMs(steps.length);
      elapsed += measureMs;
      return { measures: { measureMs } as LearningMeasures, notices: [] };
    },
  };
  const reporter = new LearningReporter(
    session as unknown as ConstructorParameters<typeof LearningReporter>[0],
    learning,
    totalSteps,
    (write) => write(),
  );
  for (let step = 1; step <= totalSteps; step++) {
    elapsed += STEP_MS;
    reporter.count(STEP_MS);
    await reporter.report(step);
  }
  return steps;
}

const within = (steps: readonly number[], last: number) => steps.filter((step) => step <= last);

describe('the first tenth', () => {
  it('has the same measurements whatever they take', async () => {
    const slow = await measuredSteps(800, () => 10_000);
    expect(slow).toEqual([8, 20, 40, 60, 80]);
    expect(within(await measuredSteps(800, () => 60), 80)).toEqual([8, 20, 40, 60, 80]);
  });

  it.each([100, 101, 130, 400, 5000])('has four or more of %i steps', async (total) => {
    const measured = await measuredSteps(total, () => 10_000);
    expect(within(measured, total / 10).length).toBeGreaterThanOrEqual(4);
  });
});

it('makes all measurements of a run within their share of its time', async () => {
  for (const costMs of [1, 20, 60, 150, 450]) {
    const measured = await measuredSteps(800, () => costMs);
    expect(measured.length * costMs).toBeLessThanOrEqual(0.03 * 800 * STEP_MS);
    if (costMs < 60) expect(measured.length).toBeGreaterThan(40);
  }
});

it('goes on as often after a measurement that other programs delayed', async () => {
  const quiet = await measuredSteps(800, () => 30);
  const busy = await measuredSteps(800, (index) => (index === 3 ? 5000 : 30));
  expect(busy).toEqual(quiet);
});
