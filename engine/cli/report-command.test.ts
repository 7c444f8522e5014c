import path from 'node:path';
import { expect, it } from 'vitest';
import type { ReportOrder } from '../reports/report.ts';
import { runCommand } from './testing/fake-host.ts';

const asked: ReportOrder[] = [];
const written: [string, string][] = [];
const parts = {
  buildReport: async (order: ReportOrder) => {
    asked.push(order);
    return { kind: 'run' as const, name: 'holiday', html: '<p>é</p>' };
  },
  saveReport: async (file: string, html: string) => {
    written.push([file, html]);
  },
};

it('writes the report of a run by its name', async () => {
  const { code, records } = await runCommand(
    ['report', 'holiday', '--out', 'x.html', '--workspace', 'w', '--json'],
    parts,
  );
  expect(code).toBe(0);
  expect(asked.at(-1)).toEqual({ workspace: path.resolve('w'), of: 'holiday', pictures: false });
  expect(written.at(-1)).toEqual([path.resolve('x.html'), '<p>é</p>']);
  const report = { type: 'report', of: 'run', name: 'holiday', path: path.resolve('x.html') };
  expect(records).toEqual([{ ...report, bytes: 9 }]);
});

it('takes folders from the working directory, and pictures when asked', async () => {
  await runCommand(['report', 'engine', '--out', 'x.html', '--pictures'], parts);
  expect(asked.at(-1)).toMatchObject({ of: path.resolve('engine'), pictures: true });
});

it('needs a file to write', async () => {
  const { code, stderr } = await runCommand(['report', 'holiday'], parts);
  expect(code).toBe(2);
  expect(stderr).toContain('--out FILE is missing');
});
