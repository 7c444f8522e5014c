// What is read of the reports of vitest and Playwright: how many tests passed, and which failed why.
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from './root.ts';

/** A failed test. */
export interface Failure {
  /** File, names of its groups and its own. */
  readonly name: string;
  readonly message: string;
}

/** Numbers of tests, and those that failed. */
export interface Outcome {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
}

/** What is read of vitest's JSON report. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface SpecError {
  readonly message?: string | undefined;
}

interface SpecSuite {
  readonly title: string;
  readonly file: string;
  readonly suites?: readonly SpecSuite[] | undefined;
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: string;
      readonly results: readonly { readonly errors: readonly SpecError[] }[];
    }[];
  }[];
}

/** What is read of Playwright's JSON report. */
export interface SpecReport {
  readonly stats: Readonly<Record<'expected' | 'flaky' | 'skipped', number>>;
  readonly errors: readonly SpecError[];
  readonly suites: readonly SpecSuite[];
}

const named = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(' > ');

/** The outcome of vitest's run; a file that fails outside its tests counts as one failure. */
export function readTestReport({ numPassedTests, testResults }: TestReport): Outcome {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = path.relative(ROOT, name);
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ ancestorTitles, title, failureMessages }) => ({
        name: named(file, ...ancestorTitles, title),
        message: failureMessages.join('\n'),
      }));
    return status === 'failed' && failed.length === 0 ? [{ name: file, message }] : failed;
  });
  return { passed: numPassedTests, skipped: 0, failures };
}

/** The outcome of Playwright's run; an error outside the specs counts as one failure. */
export function readSpecReport({ stats, errors, suites }: SpecReport): Outcome {
  const messageOf = (found: readonly SpecError[]) =>
    found.map(({ message = '' }) => message).join('\n');
  const failuresIn = (suite: SpecSuite, groups: readonly string[]): Failure[] => [
    ...suite.specs.flatMap(({ title, tests }) =>
      tests
        .filter(({ status }) => status === 'unexpected')
        .map(({ projectName, results }) => ({
          name: `${named(suite.file, ...groups, title)} [${projectName}]`,
          message: messageOf(results.flatMap((result) => result.errors)),
        })),
    ),
    ...(suite.suites ?? []).flatMap((inner) => failuresIn(inner, [...groups, inner.title])),
  ];
  const outside = errors.map((error) => ({
    name: 'outside the specs',
    message: messageOf([error]),
  }));
  return {
    passed: stats.expected + stats.flaky,
    skipped: stats.skipped,
    failures: [...suites.flatMap((suite) => failuresIn(suite, [])), ...outside],
  };
}

/** So many failures are listed with the first lines of their messages, the others by name. */
const EXPLAINED = 10;
const LINES = 6;
const COLUMNS = 140;

/** The failed tests as lines, short enough for the end of a log. */
export function listFailures(failures: readonly Failure[]): string {
  const linesOf = ({ name, message }: Failure, position: number): string[] => {
    const lines = stripVTControlCharacters(message)
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.includes('node_modules'))
      .slice(0, position < EXPLAINED ? LINES : 0);
    return [`- ${name}`, ...lines.map((line) => `    ${line.slice(0, COLUMNS)}`)];
  };
  return failures
    .flatMap(linesOf)
    .map((line) => `${line}\n`)
    .join('');
}
