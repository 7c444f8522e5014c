import { describe, expect, it } from 'vitest';
import { listDevices } from '../executors/devices.ts';
import { type Check, Checker } from './checks.ts';
import { runSelftest } from './selftest.ts';

const webgpu = (await listDevices('webgpu')).flatMap(({ id, available }) => (available ? id : []));

describe.each(['cpu', 'tfjs-wasm', 'tfjs-cpu', 'reference', ...webgpu])(
  'every fixture on %s',
  (device) => {
    it('is within its tolerance', async () => {
      const checks: Check[] = [];
      const summary = await runSelftest({ device, onCheck: (check) => checks.push(check) });
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      const fixtures = new Set(checks.map(({ fixture }) => fixture));
      for (const name of [
        'pretrain_tiny',
        'pretrain_tiny_3steps',
        'pretrain_c1_abs_pos',
        'finetune_tiny_mean',
        'finetune_tiny_cls',
        'finetune_tiny_abs_pos',
        'finetune_tiny_droppath',
        'mixup_cutmix',
        'checkpoint_interpolation',
        'checkpoint_loading',
        'checkpoint_tiny.zip',
        'checkpoint_tiny.legacy',
        'checkpoint_unsafe_print.zip',
      ])
        expect(fixtures).toContain(name);
      expect(summary.skipped).toEqual([]);
      expect(checks.length).toBeGreaterThan(110);
      expect(summary.worst).toBeGreaterThan(0);
    });
  },
);

it('rounds to bfloat16 only where the policy says so', async () => {
  const checks: Check[] = [];
  // The others, which `conmim selftest --precision bfloat16` checks, take most of a minute.
  const only = ['pretrain_tiny', 'finetune_tiny_mean'];
  const order = { device: 'reference', precision: 'bfloat16', only } as const;
  await runSelftest({ ...order, onCheck: (check) => checks.push(check) });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  // Without rounding, all errors would be thousands of times smaller.
  const rounded = checks.filter(({ error, limit }) => error > limit / 1e3);
  expect(rounded.map(({ quantity }) => quantity)).toContain('gradients');
});

it('needs a device that has the precision', async () => {
  const order = { device: 'cpu', precision: 'bfloat16', only: [] } as const;
  await expect(runSelftest(order)).rejects.toMatchObject({ code: 'precision-unavailable' });
});

it('is as strict as a device’s arithmetic allows', () => {
  const verdicts = (slack: number | undefined) => {
    const checks: Check[] = [];
    const checker = new Checker('x', (check) => checks.push(check), slack);
    checker.check('a', 2, 1);
    checker.group('b', 4, 1);
    checker.finish();
    return checks.map(({ ok, limit }) => [ok, limit]);
  };
  expect(verdicts(undefined)).toEqual([
    [false, 1],
    [false, 1],
  ]);
  expect(verdicts(3)).toEqual([
    [true, 3],
    [false, 3],
  ]);
});
