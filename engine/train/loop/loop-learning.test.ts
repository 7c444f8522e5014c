import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { HEALTHY } from '../../insight/testing/healthy-measures.ts';
import { readStudentStep, readStudentViews, studentSteps } from '../../runs/student-folder.ts';
import { logged, of, regressionRuns } from '../testing/regression-runs.ts';

const MEASURES = {
  ...HEALTHY,
  matchByVisible: [{ visible: 2, patches: 10, match: 0.5 }],
  gradientNorms: [{ part: 'norm', norm: 0.1 }],
  measureMs: 1,
};

const { train } = regressionRuns();

describe('what is learnt', () => {
  it('is measured as often as the cost allows, with its alarms passed on', async () => {
    const asked: number[] = [];
    const { events, run } = await train({
      total: 120,
      options: {
        learning: {
          async measure(step) {
            asked.push(step);
            const notices = step > 50 ? [{ code: 'diverging', message: 'High.' } as const] : [];
            return { measures: MEASURES, notices };
          },
        },
      },
    });
    const measured = of(events, 'learning');
    expect(measured.map(({ step }) => step)).toEqual(asked);
    expect(asked[0]).toBe(1);
    const rest = asked.slice(1);
    expect(rest.length).toBeGreaterThan(4);
    expect(rest.length).toBeLessThanOrEqual(14);
    for (const step of rest) expect(step % (step <= 12 ? 3 : 10)).toBe(0);
    expect(of(events, 'warning').map(({ code }) => code)).toContain('diverging');
    expect(await logged(run)).toContainEqual(measured[0]);
  });

  it('keeps what the student saw, pictures once and patches at each measurement', async () => {
    const picture = { width: 4, height: 4, data: new Uint8Array(48).fill(200) };
    const image = { path: '/a.png', mask: '01', student: picture, teacher: picture };
    const taken = [{ taken: [0], takenProbability: [0.75], ownProbability: [0.25] }];
    let drawn = 0;
    const learning = {
      async measure() {
        const views = () => {
          drawn++;
          return { rows: 1, cols: 2, images: [image] };
        };
        return { measures: MEASURES, notices: [], student: { taken, views } };
      },
    };
    const { run, events } = await train({ total: 120, options: { learning } });
    const steps = of(events, 'learning').map(({ step }) => step);
    expect(await studentSteps(run.dir)).toEqual(steps);
    expect(await readStudentStep(run.dir, steps[0]!)).toEqual({ step: steps[0], images: taken });
    expect(await readStudentViews(run.dir)).toMatchObject({ images: [{ path: '/a.png' }] });
    expect(existsSync(path.join(run.dir, 'student/0-student.webp'))).toBe(true);
    expect(drawn).toBe(1);
  });

  it('measures on labelled images now and then, until that cannot be done', async () => {
    let asked = 0;
    const learning = {
      measure: async () => ({ measures: MEASURES, notices: [] }),
      async labelled() {
        asked++;
        const notice = { code: 'learning-unmeasured', message: 'No labels.' } as const;
        if (asked > 1) return { notices: [notice], costMs: 0 };
        const measures = { knnAccuracy: 0.5, knnChance: 0.25, knnImages: 8 };
        return { measures, notices: [], costMs: 0 };
      },
    };
    const { events } = await train({ total: 120, options: { learning } });
    const measured = of(events, 'learning');
    expect(measured[0]).toMatchObject({ knnAccuracy: 0.5, knnChance: 0.25, knnImages: 8 });
    expect(measured.at(-1)).not.toHaveProperty('knnAccuracy');
    expect(measured.length).toBeGreaterThan(2);
    expect(asked).toBe(2);
    const codes = of(events, 'warning').map(({ code }) => code);
    expect(codes.filter((code) => code === 'learning-unmeasured')).toHaveLength(1);
  });

  it('stops measuring where nothing can be measured', async () => {
    let asked = 0;
    const learning = {
      async measure() {
        asked++;
        return { notices: [{ code: 'learning-unmeasured', message: 'No images.' } as const] };
      },
    };
    const { events, outcome } = await train({ total: 120, options: { learning } });
    expect(asked).toBe(1);
    expect(of(events, 'learning')).toEqual([]);
    expect(outcome).toMatchObject({ status: 'done' });
  });
});
