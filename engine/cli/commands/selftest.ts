import path from 'node:path';
import type { Precision } from '../../contract/precision.ts';
import type { Check } from '../../selftest/checks.ts';
import type { CommandCall } from '../command.ts';
import { readDevice } from '../device-option.ts';
import { countOf } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { table } from '../output.ts';

const number = (value: number) => (value === 0 ? '0' : value.toExponential(1));

export const command = jobCommand('selftest', {
  options: {
    fixtures: { value: 'DIR', help: 'Other reference files of the same format.' },
  },
  examples: ['conmim selftest --device cpu', 'conmim selftest --device all'],
  async run(call, { device: name, precision }) {
    const devices = name === 'all' ? await allDevices(call) : [await readDevice(call, name)];
    const wrong: string[] = [];
    for (const device of devices)
      if (!(await testDevice(call, device, precision))) wrong.push(device);
    if (devices.length > 1)
      call.out.result(
        wrong.length === 0
          ? `\nAll ${countOf(devices.length, 'device')} compute right: ${devices.join(', ')}.`
          : `\n${wrong.length} of ${countOf(devices.length, 'device')} compute wrong: ${wrong.join(', ')}.`,
      );
    if (wrong.length > 0) call.host.setExitCode(1);
  },
});

async function allDevices({ parts }: CommandCall): Promise<readonly string[]> {
  const { devices } = await parts.describeDevices();
  return devices.filter(({ available }) => available).map(({ id }) => id);
}

async function testDevice(
  { args, out, host, parts }: CommandCall,
  name: string,
  precision: Precision | undefined,
): Promise<boolean> {
  const fixtures = args.text('fixtures');
  const rows: string[][] = [];
  const { ok, worst, device, skipped } = await parts.runSelftest({
    device: name,
    ...(precision === undefined ? {} : { precision }),
    ...(fixtures === undefined ? {} : { fixtures: path.resolve(host.cwd, fixtures) }),
    onCheck(check: Check) {
      out.record({ type: 'check', ...check });
      rows.push([
        check.ok ? 'ok' : 'WRONG',
        check.fixture,
        check.quantity,
        number(check.error),
        number(check.limit),
      ]);
    },
  });
  out.record({ type: 'selftest', ok, worst, device, checks: rows.length, skipped });
  out.result(table([['', 'FIXTURE', 'QUANTITY', 'ERROR', 'LIMIT'], ...rows]));
  const wrong = rows.filter(([state]) => state !== 'ok').length;
  out.result(
    ok
      ? `\n${device} computes right: ${rows.length} of ${countOf(rows.length, 'quantity', 'quantities')} within their limits.`
      : `\n${device} computes wrong: ${wrong} of ${countOf(rows.length, 'quantity', 'quantities')} beyond their limits.`,
  );
  if (skipped.length > 0) out.result(`Not checked by this version: ${skipped.join(', ')}`);
  return ok;
}
