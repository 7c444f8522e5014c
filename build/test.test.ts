import { describe, expect, it } from 'vitest';
import { countTests } from './test.ts';

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
