import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './root.ts';
import { listFailures, readSpecReport, readTestReport } from './test-reports.ts';

const unitTest = (title: string, ...failureMessages: string[]) => ({
  status: failureMessages.length > 0 ? 'failed' : 'passed',
  ancestorTitles: ['group'],
  title,
  failureMessages,
});

const unitFile = (
  name: string,
  status: string,
  message: string,
  ...assertionResults: ReturnType<typeof unitTest>[]
) => ({ name: path.join(ROOT, name), status, message, assertionResults });

describe('a report of vitest', () => {
  it('names failed tests, and a file that does not load as one failure', () => {
    const report = {
      numPassedTests: 3,
      testResults: [
        unitFile('engine/a.test.ts', 'passed', '', unitTest('adds'), unitTest('subtracts')),
        unitFile(
          'engine/b.test.ts',
          'failed',
          '',
          unitTest('multiplies'),
          unitTest('divides', 'Error: by zero'),
        ),
        unitFile('engine/c.test.ts', 'failed', 'Cannot find module'),
      ],
    };
    expect(readTestReport(report)).toEqual({
      passed: 3,
      skipped: 0,
      failures: [
        {
          name: `${path.join('engine', 'b.test.ts')} > group > divides`,
          message: 'Error: by zero',
        },
        { name: path.join('engine', 'c.test.ts'), message: 'Cannot find module' },
      ],
    });
  });
});

describe('a report of Playwright', () => {
  const spec = (title: string, projectName: string, status: string, message?: string) => ({
    title,
    tests: [
      {
        projectName,
        status,
        results: [{ errors: message === undefined ? [] : [{ message }] }],
      },
    ],
  });

  it('names failed specs with their host, also those in groups, and errors outside them', () => {
    const file = 'a.spec.ts';
    const report = {
      stats: { expected: 4, flaky: 1, skipped: 2 },
      errors: [{ message: 'No Chromium' }],
      suites: [
        {
          title: file,
          file,
          specs: [spec('opens', 'web', 'expected'), spec('opens', 'double', 'unexpected', 'shut')],
          suites: [
            {
              title: 'dialogs',
              file,
              specs: [spec('close', 'web', 'unexpected', 'open'), spec('ask', 'web', 'skipped')],
            },
          ],
        },
      ],
    };
    expect(readSpecReport(report)).toEqual({
      passed: 5,
      skipped: 2,
      failures: [
        { name: 'a.spec.ts > opens [double]', message: 'shut' },
        { name: 'a.spec.ts > dialogs > close [web]', message: 'open' },
        { name: 'outside the specs', message: 'No Chromium' },
      ],
    });
  });
});

describe('the list of failures', () => {
  it('shows the first lines of a message, without colours, empty lines and frames of libraries', () => {
    const message = `\u001b[31mError\u001b[39m: no\n\n    at file:///x/node_modules/y.js:1\n${'line\n'.repeat(20)}last ${'x'.repeat(500)}`;
    const list = listFailures([{ name: 'a.test.ts > adds', message }]);
    expect(list.split('\n').slice(0, 3)).toEqual([
      '- a.test.ts > adds',
      '    Error: no',
      '    line',
    ]);
    expect(list).not.toContain('last');
  });

  it('fits into the last 12,000 characters when many tests fail', () => {
    const failures = Array.from({ length: 60 }, (_, i) => ({
      name: `engine/file.test.ts > test ${i}`,
      message: `${'x'.repeat(1000)}\n`.repeat(30),
    }));
    const list = listFailures(failures);
    for (const { name } of failures) expect(list).toContain(`- ${name}\n`);
    expect(list.length).toBeLessThan(12_000);
  });
});
