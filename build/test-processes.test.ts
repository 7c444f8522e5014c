/** Tests that share a process leave it as it was. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './root.ts';
import { FILES, hasOwnProcess } from './test-processes.ts';

/** What later tests of the process would see, or what tests see of earlier ones. */
const CHANGE =
  /process\.env\[[^\]]+\] (\?\?)?=|delete process\.env|process\.chdir|process\.(on|once)\(|globalThis\.\w+ =|vi\.(mock|doMock|useFakeTimers|stub\w+)\(|memoryUsage|cpuUsage/;

const tests = ['engine', 'renderer'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => path.posix.join(folder, ...name.split(path.sep))),
);
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');

describe('tests that share a process', () => {
  it('are most of them', () => {
    expect(tests.filter((name) => !hasOwnProcess(name)).length).toBeGreaterThan(200);
  });

  it('change nothing that others see, and measure nothing of the process', () => {
    const wrong = tests.filter((name) => !hasOwnProcess(name) && CHANGE.test(read(name)));
    expect(wrong).toEqual([]);
  });
});

it('files that have a process of their own are there', () => {
  expect(FILES.filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([]);
});
