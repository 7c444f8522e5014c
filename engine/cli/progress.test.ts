import { describe, expect, it } from 'vitest';
import { bytesText, clockText, countText, hoursText } from './format.ts';
import { table, wrap } from './output.ts';
import { eventText, TrainingProgress } from './progress.ts';
import { stepEvent } from './testing/fake-host.ts';

function screen(isTerminal: boolean, columns = 60) {
  let text = '';
  const writer = { write: (more: string) => (text += more), isTerminal, columns };
  return { writer, read: () => text };
}

describe('texts of numbers', () => {
  it('have fitting units', () => {
    expect([bytesText(999), bytesText(1500), bytesText(2.2e9)]).toEqual([
      '999 B',
      '1.5 KB',
      '2.2 GB',
    ]);
    expect([clockText(65), clockText(3725), clockText(100_000)]).toEqual([
      '1:05',
      '1:02:05',
      '1 d 3 h',
    ]);
    expect(clockText(Number.POSITIVE_INFINITY)).toBe('?');
    expect([hoursText(0.05), hoursText(1), hoursText(400)]).toEqual([
      '3 minutes',
      '1 hour',
      '17 days',
    ]);
    expect(countText(1_281_167)).toBe('1,281,167');
  });

  it('stand in columns, words in lines', () => {
    expect(
      table([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
    ).toBe('a    bb\nccc  d');
    expect(wrap('one two three', 9, '  ')).toBe('  one two\n  three');
  });
});

describe('TrainingProgress', () => {
  it('redraws one line on a terminal, never longer than it, at most ten times a second', () => {
    const { writer, read } = screen(true);
    let now = 0;
    const progress = new TrainingProgress(writer, () => now, 100);
    for (let step = 1; step <= 100; step++) {
      progress.show(stepEvent(step));
      now += 10;
    }
    progress.finish();
    const lines = read().split('\r').slice(1);
    expect(lines).toHaveLength(11);
    for (const line of lines)
      expect(line.replace('\u001b[K', '').trimEnd().length).toBeLessThan(60);
    expect(lines.at(-1)).toContain('step 100/100');
  });

  it.each([
    [
      120,
      '[██████████··········] step 5000/10000  loss -45.800  match 2.0 % (chance 1.6 %)  321 images/s  1:05 left',
    ],
    [80, '[█████····] step 5000/10000  loss -45.800  match 2.0 %  321 images/s  1:05 left'],
    [60, 'step 5000/10000  loss -45.800  match 2.0 %  1:05 left'],
    [40, 'step 5000/10000  1:05 left'],
    [12, 'step …10000'],
  ])('keeps what matters most in %i columns', (columns, line) => {
    const { writer, read } = screen(true, columns);
    const progress = new TrainingProgress(writer, () => 0, 10_000);
    progress.show(stepEvent(5000, { score: 0.02 }));
    expect(read()).toBe(`\r${line}\u001b[K`);
  });

  it('writes a line each ten seconds elsewhere, and the last one', () => {
    const { writer, read } = screen(false);
    let now = 0;
    const progress = new TrainingProgress(writer, () => now, 30);
    for (let step = 1; step <= 30; step++) {
      progress.show(stepEvent(step));
      now += 1000;
    }
    progress.finish();
    expect(read().match(/step \d+/g)).toEqual(['step 1', 'step 11', 'step 21', 'step 30']);
  });

  it('clears its line before a message', () => {
    const { writer, read } = screen(true);
    const progress = new TrainingProgress(writer, () => 0, 10);
    progress.show(stepEvent(1));
    progress.show({ type: 'warning', code: 'plateau', message: 'No match yet.', step: 1, time: 0 });
    expect(read().endsWith('\r\u001b[KWarning: No match yet.\n')).toBe(true);
  });
});

describe('eventText', () => {
  it('prints what users need', () => {
    const stamp = { step: 5, time: 0 };
    expect(
      eventText({
        ...stamp,
        type: 'broken-image',
        path: '/a',
        reason: 'truncated',
        substitute: '/b',
      }),
    ).toBe('Could not read /a (truncated); used /b in its place.');
    expect(
      eventText({
        ...stamp,
        type: 'status',
        status: 'paused',
        reason: { code: 'disk-full', message: 'the disk is full' },
      }),
    ).toBe('The run is paused: the disk is full');
    expect(eventText({ ...stamp, type: 'status', status: 'running' })).toBeUndefined();
  });
});
