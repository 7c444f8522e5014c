// `npm test`: lint, types, import directions, all unit and conformance tests, then the
// application in a real browser. The last line is "N passed, N failed"; each check before the tests
// counts as one. The lines before it name what failed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { findChromium } from './browser.ts';
import { windowRunner } from './electron.ts';
import { ROOT } from './root.ts';
import { listFailures, type Outcome, readSpecReport, readTestReport } from './test-reports.ts';

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

const NONE: Outcome = { passed: 0, skipped: 0, failures: [] };

const failedWhole = (name: string, message: string): Outcome => ({
  ...NONE,
  failures: [{ name, message }],
});

/**
 * @param what   for the message about a run that does not end
 * @param runAll runs all tests with a report, in an empty folder; true if it succeeded
 * @param read   the outcome from the report
 */
function withReport<Report>(
  what: string,
  runAll: (report: string, folder: string) => boolean,
  read: (report: Report) => Outcome,
): Outcome {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-test-'));
  const report = path.join(folder, 'report.json');
  try {
    const ok = runAll(report, folder);
    const outcome = read(JSON.parse(readFileSync(report, 'utf8')));
    if (ok || outcome.failures.length > 0) return outcome;
    const message = 'An error outside of any test failed the run; it is printed after the tests.';
    return { ...outcome, failures: [{ name: `all ${what}`, message }] };
  } catch (error) {
    return failedWhole(`all ${what}`, `They did not run to their end: ${(error as Error).message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runTests(filters: readonly string[]): Outcome {
  const reporters = ['--reporter=default', '--reporter=json'];
  return withReport(
    'tests',
    (report) =>
      run(commandOf('vitest'), ['run', ...reporters, `--outputFile.json=${report}`, ...filters]),
    readTestReport,
  );
}

/** The application in its hosts, each spec in a browser and in a window. */
function runSpecs(): Outcome {
  if (findChromium() !== undefined) return runProjects(['web', 'double']);
  return failedWhole(
    'all specs',
    'There is no Chromium to look at the application with. Install one with: npm run browser',
  );
}

/**
 * The same specs in Electron itself, if available; otherwise a message says that they did not run.
 */
function runSpecsInElectron(): Outcome {
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
): Outcome {
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
  return withReport('specs', runAll, readSpecReport);
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
  const seconds: string[] = [];
  const titled = <T>(title: string, work: () => T): T => {
    process.stdout.write(`\n== ${title}\n`);
    const started = performance.now();
    const result = work();
    seconds.push(`${title} ${Math.round((performance.now() - started) / 1000)}`);
    return result;
  };
  const broken = checks.flatMap(([name, check]) => (titled(name, check) ? [] : name));
  const outcomes = [titled('tests', () => runTests(filters))];
  // If files are named, only those are tested.
  if (filters.length === 0)
    outcomes.push(
      titled('the application in a browser', runSpecs),
      titled('the application in Electron', runSpecsInElectron),
    );
  const skipped = outcomes.reduce((sum, outcome) => sum + outcome.skipped, 0);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  if (filters.length === 0) process.stdout.write(`${skipped} specs are for other hosts\n`);
  process.stdout.write(`Seconds: ${seconds.join(', ')}\n`);
  if (broken.length > 0) process.stdout.write(`Failed before the tests: ${broken.join(', ')}\n`);
  if (failures.length > 0) process.stdout.write(`Failed tests:\n${listFailures(failures)}`);
  const failed = broken.length + failures.length;
  process.stdout.write(`${checks.length - broken.length + passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
