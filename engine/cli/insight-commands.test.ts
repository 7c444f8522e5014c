import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decode } from 'fast-png';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { learningEvent } from '../insight/testing/learning-event.ts';
import { RunFolder } from '../runs/run-folder.ts';
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
