import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LearningBand, learningBandSchema } from '../contract/studio/learning-band.ts';
import { encodeWebp } from '../data/pixels/encode-webp.ts';
import { nodeDisk } from '../disk/disk.ts';
import { learningEvent } from '../insight/testing/learning-event.ts';
import { presets } from '../recipes/presets.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { writeStudentStep, writeStudentViews } from '../runs/student-folder.ts';
import { loggedRun } from '../runs/testing/logged-run.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'conmim-insight-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

async function createRun(events: readonly object[]) {
  const run = await RunFolder.create(workspace, {
    name: 'chest',
    kind: 'pretrain',
    totalSteps: 800,
    device: 'cpu',
    recipe: {},
    versions: {},
    dataset: { folders: ['/images'], images: 1234, fingerprint: 'f' },
  });
  for (const event of events) appendFileSync(run.eventsFile, `${JSON.stringify(event)}\n`);
  return run;
}

const insight = (...words: string[]) =>
  runCommand(['insight', ...words, '--workspace', workspace], engineParts(), { cwd: workspace });

const alarm = {
  type: 'warning',
  step: 20,
  time: 0,
  code: 'position-shortcut',
  message: 'It matches positions.',
  advice: 'Use relative ones.',
};
const other = { ...alarm, code: 'data-wait', message: 'Loading is slow.' };

it('prints the measurements of a run, and its alarms once', async () => {
  const steps = Array.from({ length: 30 }, (_, i) => learningEvent(10 * (i + 1)));
  await createRun([...steps, alarm, { ...alarm, step: 40 }, other]);
  const { code, stdout } = await insight('learning', 'chest');
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('chest: 30 measurements up to step 300 of 800');
  expect(lines.filter((line) => /^ +\d+ +\d/.test(line))).toHaveLength(12);
  expect(stdout).toMatch(/^ {2}10 /m);
  expect(stdout).toMatch(/^ {2}300 /m);
  expect(stdout).toContain('18 more; --json gives all');
  expect(stdout).toContain(
    'Alarm at step 20, position-shortcut: It matches positions. Use relative ones.',
  );
  expect(stdout.match(/Alarm at/g)).toHaveLength(1);
});

it('has the band of earlier runs of the recipe', async () => {
  const write = (name: string, minute: number, over: object = {}) =>
    loggedRun(
      workspace,
      { name, recipe: { ...presets.micro.recipe, seed: minute } },
      [learningEvent(10, over), learningEvent(20, over)],
      { status: 'done', createdAt: `2026-01-01T00:0${minute}:00.000Z` },
    );
  for (const minute of [1, 2, 3]) await write(`earlier ${minute}`, minute, { agreement: minute });
  await write('own', 4);
  const { records } = await insight('learning', 'own', '--json');
  const { band } = records.at(-1) as unknown as { band: LearningBand };
  expect(learningBandSchema.parse(band)).toEqual(band);
  expect(band.runs).toHaveLength(3);
  expect(band.curves['agreement']).toEqual({ steps: [10, 20], low: [1, 1], high: [3, 3] });
  expect((await insight('learning', 'own')).stdout).toContain('3 earlier runs of the same recipe');
  const first = await insight('learning', 'earlier 1', '--json');
  expect(first.records.at(-1)).not.toHaveProperty('band');
});

it('gives all numbers with --json', async () => {
  const events = [learningEvent(10), learningEvent(20)];
  const run = await createRun([...events, alarm]);
  const { records } = await insight('learning', 'chest', '--json');
  const { id } = run.record;
  expect(records).toEqual([
    ...events,
    alarm,
    {
      type: 'insight',
      view: 'learning',
      id,
      dir: run.dir,
      totalSteps: 800,
      measurements: 2,
      alarms: [{ code: 'position-shortcut', step: 20 }],
    },
  ]);
});

it('draws the curves, replaces its own figures and nothing else', async () => {
  await createRun([learningEvent(10), learningEvent(20), alarm]);
  const file = path.join(workspace, 'learning.png');
  for (let i = 0; i < 2; i++) {
    const { code, stdout } = await insight('learning', 'chest', '--png', 'learning.png');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Drawn: ${file}`)]);
  }
  const { width, data } = decode(readFileSync(file));
  expect(width).toBe(2400);
  // The mark of an alarm is red.
  const isRed = (at: number) => data[at] === 0xb9 && data[at + 1] === 0x1c && data[at + 2] === 0x1c;
  expect(Array.from({ length: data.length / 3 }, (_, i) => 3 * i).some(isRed)).toBe(true);
  writeFileSync(file, 'a letter');
  const refused = await insight('learning', 'chest', '--png', 'learning.png');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(file)]);
  expect(readFileSync(file, 'utf8')).toBe('a letter');
});

it('says what is wrong with what it is given', async () => {
  await createRun([other]);
  const empty = await insight('learning', 'chest', '--json');
  expect([empty.code, empty.records]).toMatchObject([1, [{ code: 'insight-missing' }]]);
  const jpeg = await insight('learning', 'chest', '--png', 'a.jpg');
  expect([jpeg.code, jpeg.stderr]).toEqual([2, expect.stringContaining('does not end with .png')]);
  const bare = await runCommand(['insight'], engineParts());
  expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('learning')]);
});

describe('insight student', () => {
  /** A red image of two by two patches; the second patch is masked and blue for the teacher. */
  async function keepStudent() {
    const run = await createRun([]);
    const place = { dir: run.dir, disk: nodeDisk };
    const red = picture(() => [255, 0, 0]);
    const halved = picture((x) => (x < 4 ? [255, 0, 0] : [0, 0, 255]));
    const views = { path: '/scans/a.png', mask: '0110', student: await red, teacher: await halved };
    await writeStudentViews(place, { rows: 2, cols: 2, images: [views] });
    for (const [step, taken] of [
      [10, [0, 3]],
      [20, [1, 3]],
      [30, [1, 2]],
    ] as const) {
      const images = [
        { taken: [...taken], takenProbability: [0.5, 0.25], ownProbability: [0.25, 0.125] },
      ];
      await writeStudentStep(place, { step, images });
    }
    return run;
  }

  const picture = (colourOf: (x: number) => readonly number[]) => {
    const data = Uint8Array.from(
      { length: 8 * 8 * 3 },
      (_, i) => colourOf(Math.floor(i / 3) % 8)[i % 3]!,
    );
    return encodeWebp({ width: 8, height: 8, data });
  };

  it('tells for each step how many masked patches found themselves', async () => {
    await keepStudent();
    const { code, stdout } = await insight('student', 'chest');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^chest: masked patches of 1 image that the student found among 4$/m);
    expect(stdout).toMatch(/^ {2}10 +0 of 2 +0\.0 % +18\.8 %$/m);
    expect(stdout).toMatch(/^ {2}30 +2 of 2 +100\.0 % +18\.8 %$/m);
  });

  it('gives the patches of a step with --json', async () => {
    const run = await keepStudent();
    const { records } = await insight('student', 'chest', '--step', '20', '--json');
    const patches = [
      { at: [0, 1], taken: [0, 1], found: true, takenProbability: 0.5, ownProbability: 0.25 },
      { at: [1, 0], taken: [1, 1], found: false, takenProbability: 0.25, ownProbability: 0.125 },
    ];
    const score = { masked: 2, ownProbability: 0.1875 };
    expect(records).toEqual([
      { type: 'student', step: 20, path: '/scans/a.png', rows: 2, cols: 2, patches },
      {
        type: 'insight',
        view: 'student',
        id: run.record.id,
        dir: run.dir,
        step: 20,
        steps: [
          { step: 10, found: 0, ...score },
          { step: 20, found: 1, ...score },
          { step: 30, found: 2, ...score },
        ],
      },
    ]);
  });

  it('draws the views, and the patches that were taken in their places', async () => {
    await keepStudent();
    const { code } = await insight('student', 'chest', '--png', 'student.png');
    expect(code).toBe(0);
    const { width, data } = decode(readFileSync(path.join(workspace, 'student.png')));
    // Columns of 176 with gaps of 12, in units of two pixels; the middle of the second patch.
    const inSecondPatch = (column: number) => {
      const [x, y] = [2 * (12 + column * 188 + 132 + 20), 2 * (76 + 44 + 20)];
      return Array.from(data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3));
    };
    const near = (rgb: readonly number[]) => rgb.map((value) => expect.closeTo(value, -1));
    expect(inSecondPatch(0)).toEqual([128, 128, 128]);
    expect(inSecondPatch(1)).toEqual(near([0, 0, 255]));
    expect(inSecondPatch(2)).toEqual(near([255, 0, 0]));
    expect(inSecondPatch(4)).toEqual(near([0, 0, 255]));
  });

  it('names the steps that are kept, and runs that keep none', async () => {
    await keepStudent();
    const other = await insight('student', 'chest', '--step', '15');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('for 10, 20, 30.')]);
    rmSync(workspace, { recursive: true });
    await createRun([]);
    const none = await insight('student', 'chest', '--json');
    expect([none.code, none.records]).toMatchObject([1, [{ code: 'insight-missing' }]]);
  });
});
