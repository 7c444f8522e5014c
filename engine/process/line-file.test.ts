import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { smallDisk } from '../disk/testing/small-disk.ts';
import { LineFile } from './line-file.ts';

const disk = smallDisk();
const where = typeof disk === 'string' ? `(not run: ${disk})` : '';

describe.skipIf(typeof disk === 'string')(`output of a job on a full disk ${where}`, () => {
  if (typeof disk === 'string') return;
  afterAll(() => disk.dispose());

  it('is kept line by line and written in order once there is space', () => {
    const file = path.join(disk.dir, 'output.jsonl');
    const lines = new LineFile(file);
    lines.write('first\n');
    disk.fillBytes();
    // The last block has some room left; only whole lines are written to it.
    for (let i = 0; i < 2000; i++) lines.write(`${i}\n`);
    const full = readFileSync(file, 'utf8');
    expect(full.endsWith('\n')).toBe(true);
    expect(lines.flush()).toBe(false);
    disk.empty();
    lines.write('last\n');
    const all = ['first', ...Array.from({ length: 2000 }, (_, i) => String(i)), 'last'];
    expect(readFileSync(file, 'utf8')).toBe(`${all.join('\n')}\n`);
  });

  it('counts the lines that are dropped', () => {
    const file = path.join(disk.dir, 'much.jsonl');
    disk.fillFiles();
    const lines = new LineFile(file);
    for (let i = 0; i < 10_010; i++) lines.write(`${i}\n`);
    disk.empty();
    expect(lines.flush()).toBe(true);
    const [first, second] = readFileSync(file, 'utf8').split('\n');
    expect(JSON.parse(first!)).toMatchObject({
      type: 'warning',
      message: '10 lines could not be written: the disk was full.',
    });
    expect(second).toBe('10');
  });
});
