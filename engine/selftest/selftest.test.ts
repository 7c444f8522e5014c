import { describe, expect, it } from 'vitest';
import type { Check } from './checks.ts';
import { runSelftest } from './selftest.ts';

describe.each(['cpu', 'reference'])('every fixture on %s', (device) => {
  it('is within its tolerance', async () => {
    const checks: Check[] = [];
    const summary = await runSelftest({ device, onCheck: (check) => checks.push(check) });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    const fixtures = new Set(checks.map(({ fixture }) => fixture));
    for (const name of ['pretrain_tiny', 'pretrain_tiny_3steps', 'pretrain_c1_abs_pos'])
      expect(fixtures).toContain(name);
    expect(checks.length).toBeGreaterThan(50);
    expect(summary.worst).toBeGreaterThan(0);
  }, 120_000);
});
