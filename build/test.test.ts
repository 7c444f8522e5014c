import { describe, expect, it } from 'vitest';
// @ts-expect-error build scripts are plain JavaScript
import { countTests } from './test.mjs';

describe('countTests', () => {
  it('counts a file that does not load as one failure', () => {
    const file = (status: string, ...tests: string[]) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    });
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [
        file('passed', 'passed', 'passed'),
        file('failed', 'passed', 'failed'),
        file('failed'),
      ],
    };
    expect(countTests(report)).toEqual({ passed: 3, failed: 2 });
  });
});
