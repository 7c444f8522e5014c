import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeDisk } from '../disk/disk.ts';
import {
  leastMissed,
  MOST_STUDENT_STEPS,
  readStudentStep,
  readStudentViews,
  studentSteps,
  writeStudentStep,
  writeStudentViews,
} from './student-folder.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'conmim-student-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const bytes = Uint8Array.of(1, 2, 3);
const images = [{ path: '/a.png', mask: '0110', student: bytes, teacher: bytes }];
const views = { rows: 2, cols: 2, images };
const found = (step: number) => ({
  step,
  images: [{ taken: [1, 3], takenProbability: [0.5, 0.25], ownProbability: [0.5, 0.125] }],
});
const place = () => ({ dir, disk: nodeDisk });

it('gives back what was written', async () => {
  expect(await readStudentViews(dir)).toBeUndefined();
  expect(await studentSteps(dir)).toEqual([]);
  await writeStudentViews(place(), views);
  await writeStudentStep(place(), found(100));
  await writeStudentStep(place(), found(20));
  await writeStudentStep(place(), found(30));
  expect(await readStudentViews(dir)).toEqual({
    rows: 2,
    cols: 2,
    images: [
      {
        path: '/a.png',
        mask: '0110',
        student: 'student/0-student.webp',
        teacher: 'student/0-teacher.webp',
      },
    ],
  });
  expect(existsSync(path.join(dir, 'student/0-teacher.webp'))).toBe(true);
  expect(await studentSteps(dir)).toEqual([20, 30]);
  expect(await readStudentStep(dir, 30)).toEqual(found(30));
});

it('keeps a bounded number of steps, spread over the run', async () => {
  await writeStudentViews(place(), views);
  for (let step = 10; step <= 2000; step += 10) await writeStudentStep(place(), found(step));
  const steps = await studentSteps(dir);
  expect(steps).toHaveLength(MOST_STUDENT_STEPS);
  expect([steps[0], steps.at(-1)]).toEqual([10, 2000]);
  const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
  expect(Math.max(...gaps)).toBeLessThanOrEqual((3 * 2000) / MOST_STUDENT_STEPS);
  expect(readdirSync(path.join(dir, 'student'))).toHaveLength(MOST_STUDENT_STEPS + 3);
});

it('removes the step between the closest neighbours', () => {
  expect(leastMissed([1, 10, 20, 25, 40])).toBe(20);
  expect(leastMissed([1, 2, 3])).toBe(2);
});

it('names what is damaged or not kept', async () => {
  await writeStudentViews(place(), views);
  writeFileSync(path.join(dir, 'student/7.json'), '{');
  await expect(readStudentStep(dir, 7)).rejects.toMatchObject({ code: 'run-damaged' });
  await expect(readStudentStep(dir, 8)).rejects.toMatchObject({ code: 'insight-missing' });
});
