import path from 'node:path';
import type { Check } from '../../selftest/checks.ts';
import type { Command } from '../command.ts';
import { table } from '../output.ts';

const number = (value: number) => (value === 0 ? '0' : value.toExponential(1));

export const command: Command = {
  name: 'selftest',
  summary: 'Does this machine compute right? Compares it with stored reference values.',
  positionals: [],
  options: {
    device: { type: 'string', value: 'D', help: 'auto (default), cpu, …; see: conmim devices' },
    fixtures: { type: 'string', value: 'DIR', help: 'Other reference files of the same format.' },
  },
  async run({ args, out, host, parts }) {
    const fixtures = args.text('fixtures');
    const rows: string[][] = [];
    const { ok, worst, device, skipped } = await parts.runSelftest({
      device: args.text('device') ?? 'auto',
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
        ? `\n${device} computes right: ${rows.length} of ${rows.length} quantities within their limits.`
        : `\n${device} computes wrong: ${wrong} of ${rows.length} quantities beyond their limits.`,
    );
    if (skipped.length > 0) out.result(`Not checked by this version: ${skipped.join(', ')}`);
    if (!ok) host.setExitCode(1);
  },
};
