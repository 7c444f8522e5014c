import { timesAsFast } from '../../contract/number-text.ts';
import { NARROW_PRECISIONS } from '../../contract/precision.ts';
import { type DeviceCheck, narrowFindings } from '../../contract/studio/device-check.ts';
import { slowPrecisionText } from '../../contract/studio/precision-speed.ts';
import { candidates } from '../../devices/choose-device.ts';
import type { Device, DeviceKind } from '../../executors/executor.ts';
import type { Command } from '../command.ts';
import { checkReporter } from '../device-option.ts';
import { bytesText } from '../format.ts';
import { type Output, table } from '../output.ts';

const KINDS: Readonly<Record<DeviceKind, string>> = {
  cpu: 'CPU',
  gpu: 'GPU',
  'software-gpu': 'software, for checks only',
  check: 'for checks only',
};

export const command: Command = {
  name: 'devices',
  positionals: [],
  options: {
    check: {
      help: 'Check each device now, for correctness and speed: about ten seconds each.',
    },
  },
  examples: ['conmim devices', 'conmim devices --check'],
  async run({ args, out, parts }) {
    const before = await parts.describeDevices();
    if (args.flag('check'))
      await parts.checkDevices(candidates(before.devices), {
        onProgress: checkReporter(out, 'Checking the devices that auto chooses from:'),
      });
    const { devices, checks, chosen } = args.flag('check') ? await parts.describeDevices() : before;
    for (const device of devices) {
      const check = checks.find((one) => one.device === device.id);
      out.record({ type: 'device', ...device, ...(check === undefined ? {} : { check }) });
    }
    showDevices(out, devices);
    if (checks.length > 0) showChecks(out, checks, devices);
    for (const { id, available, reason, advice } of devices)
      if (!available && reason !== undefined)
        out.result(`\n${id}: ${reason}${advice === undefined ? '' : `\n  ${advice}`}`);
    for (const { id, available, lacks = {} } of devices)
      for (const [precision, why] of Object.entries(lacks))
        if (available) out.result(`\n${id} does not compute in ${precision}: ${why}.`);
    out.record({ type: 'devices', auto: chosen ?? null });
    if (chosen === undefined) return;
    out.result(`\n--device auto takes ${chosen.reason}.`);
    if (chosen.unchecked.length > 0)
      out.result(
        'Devices are checked when they are first needed, or now with: conmim devices --check',
      );
  },
};

function showDevices(out: Output, devices: readonly Device[]): void {
  const rows = devices.map(({ id, kind, name, detail, available, precisions, memoryBytes }) => [
    id,
    available ? 'ready' : 'not available',
    KINDS[kind],
    memoryBytes === undefined ? '-' : bytesText(memoryBytes),
    (available ? precisions.join(', ') : '') || '-',
    available ? [name, detail].filter(Boolean).join(', ') : name,
  ]);
  const head = ['DEVICE', 'STATE', 'KIND', 'MEMORY', 'PRECISION', 'DESCRIPTION'];
  out.result(table([head, ...rows]));
}

function showChecks(out: Output, checks: readonly DeviceCheck[], devices: readonly Device[]): void {
  const processor = devices.find(({ kind }) => kind === 'cpu')?.id;
  const cpuMs = checks.find(({ device }) => device === processor)?.stepMs;
  const findings = checks.flatMap((check) => [
    check,
    ...narrowFindings(check).map(({ precision, finding }) => ({
      ...finding,
      device: `${check.device} in ${precision}`,
      checkedAt: check.checkedAt,
    })),
  ]);
  const rows = findings.map(({ device, ok, worst, stepMs, checkedAt }) => [
    device,
    ok ? 'passes' : 'FAILS',
    worst === undefined
      ? '-'
      : `${worst.error?.toExponential(1) ?? 'not finite'} of ${worst.limit.toExponential(1)}`,
    stepMs === undefined ? '-' : `${stepMs.toFixed(stepMs < 10 ? 1 : 0)} ms`,
    stepMs === undefined || cpuMs === undefined ? '-' : timesAsFast(stepMs, cpuMs),
    checkedAt.slice(0, 16).replace('T', ' '),
  ]);
  const head = [
    'DEVICE',
    'SELF-TEST',
    'WORST ERROR',
    'STEP TIME',
    'SPEED-UP OVER CPU',
    'CHECKED (UTC)',
  ];
  out.result(`\n${table([head, ...rows])}`);
  for (const check of checks)
    for (const precision of NARROW_PRECISIONS) {
      const slower = slowPrecisionText(check, precision);
      if (slower !== undefined) out.result(`\n${check.device}: ${slower}.`);
    }
  for (const { device, ok, reason } of findings)
    if (!ok) out.result(`\n${device} fails its self-test: ${reason ?? 'nothing more is known'}`);
}
