import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Job } from '../../contract/studio/jobs.ts';
import { RunCatalogue } from '../runs/run-catalogue.ts';
import { resultFilesOf } from './result-files.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'conmim-results-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(...parts: string[]): string {
  const file = path.join(home, ...parts);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, 'text');
  return file;
}

const places = (jobs: readonly object[]) => ({
  jobs: jobs as readonly Job[],
  runs: new RunCatalogue(home),
});
const names = (files: readonly { readonly path: string }[]) =>
  files.map((file) => path.basename(file.path));

it('lists what a comparison has written where its job recorded no files, and nothing else', async () => {
  const made = ['compare.json', 'compare.csv', 'compare.md', 'compare-partial-1.svg'];
  for (const name of [...made, 'notes.txt', '.compare.csv.tmp', 'compare-letter.doc'])
    write('results', name);
  const results = path.join(home, 'results');
  const job = { id: 'j', request: { kind: 'compare' }, results, result: { rows: [] } };
  const found = await resultFilesOf({ job: 'j' }, places([job]));
  expect(found.folder).toBe(results);
  expect(names(found.files)).toEqual([...made].sort());
  expect(found.files[0]!.bytes).toBe(4);
});

it('names folders beside the files, with the number of files in each', async () => {
  write('results', 'classes.json');
  write('results', 'masks', 'a.png');
  write('results', 'masks', 'deep', 'b.png');
  const job = { id: 'j', request: { kind: 'predict' }, results: path.join(home, 'results') };
  const found = await resultFilesOf({ job: 'j' }, places([job]));
  expect(names(found.files)).toEqual(['classes.json']);
  expect(found.folders).toEqual([{ name: 'masks', files: 2 }]);
});

it('lists the evaluation that a run keeps, and exports that are there', async () => {
  const run = '20260101-000000-shapes-000000';
  write('runs', run, 'evaluation', 'predictions.csv');
  write('runs', run, 'evaluation', 'metrics.json');
  const record = {
    format: 1,
    id: run,
    name: 'shapes',
    kind: 'finetune',
    status: 'done',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    step: 1,
    totalSteps: 1,
    device: 'cpu',
    recipe: {},
    dataset: { folders: ['/images'], images: 1, fingerprint: '0'.repeat(64) },
    versions: {},
  };
  writeFileSync(path.join(home, 'runs', run, 'run.json'), JSON.stringify(record));
  const exported = (at: string, format: string, createdAt: string, model = run) => ({
    request: { kind: 'export', model, format },
    state: 'done',
    createdAt,
    result: { path: at, bytes: 99 },
  });
  const at = write('exports', 'shapes.safetensors');
  const jobs = [
    exported(at, 'onnx', '1'),
    exported(at, 'safetensors', '2'),
    exported(path.join(home, 'exports', 'gone.onnx'), 'onnx', '3'),
    exported(write('exports', 'other.onnx'), 'onnx', '4', 'other'),
    { id: 'trained', request: { kind: 'finetune' }, run, createdAt: '5' },
  ];
  for (const of of [{ run }, { job: 'trained' }]) {
    const found = await resultFilesOf(of, places(jobs));
    expect(names(found.files)).toEqual(['metrics.json', 'predictions.csv']);
    expect(found.exports).toEqual([{ path: at, bytes: 99, format: 'safetensors' }]);
  }
});

it('is empty for what has no files, also for a job that was dismissed', async () => {
  const job = { id: 'waits', request: { kind: 'compare' }, results: path.join(home, 'none') };
  for (const id of ['waits', 'gone'])
    expect(await resultFilesOf({ job: id }, places([job]))).toEqual({ files: [], exports: [] });
  await expect(resultFilesOf({ run: 'none' }, places([]))).rejects.toMatchObject({
    code: 'run-not-found',
  });
});
