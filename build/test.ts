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
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return status === 0;
}

/** Numbers of tests. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

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

function runTests(filters: readonly string[]): Pick<Counts, 'passed' | 'failed'> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-test-'));
  const outputFile = path.join(folder, 'report.json');
  try {
    const ok = run(commandOf('vitest'), [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${outputFile}`,
      ...filters,
    ]);
    const counts = countTests(JSON.parse(readFileSync(outputFile, 'utf8')));
    // An error outside any test fails the run although every test passed.
    return !ok && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch (error) {
    process.stderr.write(`The tests did not run to their end: ${(error as Error).message}\n`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts of Playwright's JSON report. */
export function countSpecs({ stats, errors }: SpecReport): Counts {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
}

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

/** The application in its hosts, each spec in a browser and in a window. */
function runSpecs(): Counts {
  if (findChromium() === undefined) {
    process.stdout.write(
      'There is no Chromium to look at the application with. Install one with: npm run browser\n',
    );
    return { ...NONE, failed: 1 };
  }
  return runProjects(['web', 'double']);
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
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-specs-'));
  const outputFile = path.join(folder, 'report.json');
  const env: NodeJS.ProcessEnv = { ...process.env, E2E_REPORT: outputFile };
  if (user !== undefined) {
    spawnSync('chown', [user, folder]);
    env['HOME'] = folder;
  }
  const [command, ...args] = [
    ...words,
    process.execPath,
    commandOf('@playwright/test', 'playwright'),
    'test',
    '-c',
    path.join(ROOT, 'e2e', 'playwright.config.ts'),
    ...projects.map((project) => `--project=${project}`),
    ...(user === undefined ? [] : [`--output=${path.join(folder, 'results')}`]),
  ];
  try {
    const { status } = spawnSync(command!, args, { cwd: ROOT, env, stdio: 'inherit' });
    const counts = countSpecs(JSON.parse(readFileSync(outputFile, 'utf8')));
    return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch (error) {
    process.stderr.write(`The specs did not run to their end: ${(error as Error).message}\n`);
    return { ...NONE, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
  let passed = 0;
  const failed: string[] = [];
  for (const [name, check] of checks) {
    process.stdout.write(`\n== ${name}\n`);
    if (check()) passed++;
    else failed.push(name);
  }
  process.stdout.write('\n== tests\n');
  const tests = runTests(filters);
  // If files are named, only those are tested.
  let specs = NONE;
  if (filters.length === 0) {
    process.stdout.write('\n== the application in a browser\n');
    const web = runSpecs();
    process.stdout.write('\n== the application in Electron\n');
    const electron = runSpecsInElectron();
    specs = {
      passed: web.passed + electron.passed,
      failed: web.failed + electron.failed,
      skipped: web.skipped + electron.skipped,
    };
    process.stdout.write(`${specs.skipped} specs are for other hosts\n`);
  }
  if (failed.length > 0) process.stdout.write(`Failed before the tests: ${failed.join(', ')}\n`);
  process.stdout.write(
    `${passed + tests.passed + specs.passed} passed, ${failed.length + tests.failed + specs.failed} failed\n`,
  );
  process.exitCode = failed.length + tests.failed + specs.failed === 0 ? 0 : 1;
}
