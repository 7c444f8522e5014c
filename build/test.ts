// `npm test`: lint, types, import directions, all unit and conformance tests, then the
// application in a real browser. The last line is "N passed, N failed"; each check before the tests
// counts as one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { findChromium } from './browser.ts';
import { windowRunner } from './electron.ts';
import { ROOT } from './root.ts';

const require = createRequire(import.meta.url);
const RUN = path.join(ROOT, 'build', 'run.mjs');

/** A package's command, as a path that this same Node can run on every platform. */
function commandOf(name: string, bin = name.split('/').at(-1)!): string {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin: bins } = JSON.parse(readFileSync(manifest, 'utf8'));
  return path.join(path.dirname(manifest), typeof bins === 'string' ? bins : bins[bin]);
}

/** Runs a script under this Node with its output shown; true if it succeeded. */
function run(script: string, args: readonly string[] = []): boolean {
  return runCommand([process.execPath, script, ...args]);
}

function runCommand([command, ...args]: readonly string[], env = process.env): boolean {
  return spawnSync(command!, args, { cwd: ROOT, env, stdio: 'inherit' }).status === 0;
}

/** Numbers of tests. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

/** What is read of vitest's JSON report. */
interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** What is read of Playwright's JSON report. */
interface SpecReport {
  readonly stats: Readonly<Record<'expected' | 'flaky' | 'unexpected' | 'skipped', number>>;
  readonly errors: readonly unknown[];
}

/** Counts from vitest's JSON report; a file that fails to load counts as one failure. */
export function countTests(report: TestReport): Pick<Counts, 'passed' | 'failed'> {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((t) => t.status !== 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

/**
 * @param what    for the message about a run that does not end
 * @param runAll  runs all tests with a report, in an empty folder; true if it succeeded
 * @param countIn counts from the report
 */
function counted<Report>(
  what: string,
  runAll: (report: string, folder: string) => boolean,
  countIn: (report: Report) => Partial<Counts>,
): Counts {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-test-'));
  const report = path.join(folder, 'report.json');
  try {
    const ok = runAll(report, folder);
    const counts = { ...NONE, ...countIn(JSON.parse(readFileSync(report, 'utf8'))) };
    // An error outside any test fails the run although every test passed.
    return !ok && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch (error) {
    process.stderr.write(`The ${what} did not run to their end: ${(error as Error).message}\n`);
    return { ...NONE, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runTests(filters: readonly string[]): Counts {
  const reporters = ['--reporter=default', '--reporter=json'];
  return counted(
    'tests',
    (report) =>
      run(commandOf('vitest'), ['run', ...reporters, `--outputFile.json=${report}`, ...filters]),
    countTests,
  );
}

/** The application in its hosts, each spec in a browser and in a window. */
function runSpecs(): Counts {
  if (findChromium() !== undefined) return runProjects(['web', 'double']);
  process.stdout.write(
    'There is no Chromium to look at the application with. Install one with: npm run browser\n',
  );
  return { ...NONE, failed: 1 };
}

/**
 * The same specs in Electron itself, if available; otherwise a message says that they did not run.
 */
function runSpecsInElectron(): Counts {
  const { words, user, why } = windowRunner(ROOT);
  if (why === undefined) return runProjects(['electron'], words, user);
  process.stdout.write(`The real Electron was not exercised: ${why}.\n`);
  return NONE;
}

/**
 * @param words before Node's own
 * @param user  as whom these words run it, if it is another one
 */
function runProjects(
  projects: readonly string[],
  words: readonly string[] = [],
  user?: string,
): Counts {
  const runAll = (report: string, folder: string) => {
    if (user !== undefined) spawnSync('chown', [user, folder]);
    const home = user === undefined ? {} : { HOME: folder };
    return runCommand(
      [
        ...words,
        process.execPath,
        commandOf('@playwright/test', 'playwright'),
        'test',
        '-c',
        path.join(ROOT, 'e2e', 'playwright.config.ts'),
        ...projects.map((project) => `--project=${project}`),
        ...(user === undefined ? [] : [`--output=${path.join(folder, 'results')}`]),
      ],
      { ...process.env, E2E_REPORT: report, ...home },
    );
  };
  return counted('specs', runAll, ({ stats, errors }: SpecReport) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  }));
}

export function main(filters: string[]): void {
  const checks: readonly (readonly [name: string, check: () => boolean])[] = [
    ['lint', () => run(commandOf('@biomejs/biome'), ['check', '.'])],
    ['types', () => run(commandOf('typescript', 'tsc'), ['--noEmit'])],
    ['types of the page', () => run(commandOf('typescript', 'tsc'), ['-p', 'renderer'])],
    ['types of the specs', () => run(commandOf('typescript', 'tsc'), ['-p', 'e2e'])],
    ['page', () => run(RUN, ['build/renderer.ts'])],
    ['import directions', () => run(RUN, ['build/check-imports.ts'])],
  ];
  const titled = <T>(title: string, work: () => T): T => {
    process.stdout.write(`\n== ${title}\n`);
    return work();
  };
  const broken = checks.flatMap(([name, check]) => (titled(name, check) ? [] : name));
  const counts = [titled('tests', () => runTests(filters))];
  // If files are named, only those are tested.
  if (filters.length === 0)
    counts.push(
      titled('the application in a browser', runSpecs),
      titled('the application in Electron', runSpecsInElectron),
    );
  const sum = (key: keyof Counts) => counts.reduce((total, one) => total + one[key], 0);
  if (filters.length === 0) process.stdout.write(`${sum('skipped')} specs are for other hosts\n`);
  if (broken.length > 0) process.stdout.write(`Failed before the tests: ${broken.join(', ')}\n`);
  const passed = checks.length - broken.length + sum('passed');
  const failed = broken.length + sum('failed');
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
