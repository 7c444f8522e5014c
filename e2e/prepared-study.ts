/** A study that has ended, written as files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const AT = '2026-01-01T00:00:00.000Z';
const TEMPERATURES = ['0.05', '0.1', '0.2'];
const SCORES = [0.29, 0.312, 0.301];
const SEEDS = [0, 1, 2];

/** @returns the id of its job */
export function writeStudy(workspace: string): string {
  const id = '20260101-000000-study-abc123';
  const dir = path.join(workspace, 'jobs', id);
  const results = path.join(dir, 'results');
  mkdirSync(results, { recursive: true });
  const request = {
    ...{ kind: 'study', folders: ['/images'], recipe: 'micro', settings: { steps: '300' } },
    ...{ vary: [`temperature=${TEMPERATURES}`], search: 'grid', seeds: SEEDS.length },
    ...{ judge: 'knn', train: '/labelled', eval: '/unseen', k: 20, device: 'cpu' },
  };
  const found = TEMPERATURES.flatMap((_, trial) =>
    SEEDS.map((seed) => ({
      ...{ trial, seed, round: 0, steps: 300, run: `run-${trial}-${seed}`, untrained: 0.28 },
      ...{ score: SCORES[trial]! + seed / 200, loss: 3.4, match: 0.12, seconds: 75 },
      ...{ images: 19_200, alarms: trial === 2 ? ['plateau'] : [] },
    })),
  );
  const study = {
    ...{ format: 1, name: 'heat', createdAt: AT, recipe: 'micro', search: 'grid' },
    settings: { recipe: { temperature: 0.1, steps: 300 } },
    judge: { name: 'knn', k: 20, train: 5000, eval: 10_000, classes: 10 },
    ...{ seeds: SEEDS.length, rounds: [300], reference: 1, failures: [], results: found },
    vary: [
      {
        ...{ text: `temperature=${TEMPERATURES}`, keys: ['temperature'] },
        values: TEMPERATURES.map((value) => [value]),
      },
    ],
    trials: TEMPERATURES.map((temperature) => ({ temperature })),
  };
  const write = (name: string, content: unknown) =>
    writeFileSync(path.join(dir, name), `${JSON.stringify(content)}\n`);
  const title = 'Study of micro: temperature';
  write('job.json', { format: 1, id, title, createdAt: AT, request, arguments: [], results });
  write('launched.json', { pid: 1, at: AT });
  write('output.jsonl', { type: 'trial', done: 9, total: 9 });
  write('result.json', { endedAt: AT, exitCode: 0 });
  write('results/study.json', study);
  return id;
}
