/** Texts for devices and their checks. */
import { timesAsFast } from '../../../engine/contract/number-text.ts';
import type { Precision } from '../../../engine/contract/precision.ts';
import { narrowFindings } from '../../../engine/contract/studio/device-check.ts';
import type { Device, DeviceCheck } from '../../../engine/contract/studio/index.ts';
import { slowPrecisionText } from '../../../engine/contract/studio/precision-speed.ts';
import { isForWork } from '../../ui/for-work.ts';

export const KIND_WORDS: Readonly<Record<Device['kind'], string>> = {
  cpu: 'CPU',
  gpu: 'GPU',
  'software-gpu': 'Software GPU',
  check: 'For checks',
};

/** For example `GPU, through CUDA, NVIDIA’s own way`. */
export function kindText({ kind, route }: Device): string {
  return route === undefined ? KIND_WORDS[kind] : `${KIND_WORDS[kind]}, ${route}`;
}

/** The precisions of a device; empty when it has none. */
export function precisionText({ precisions }: Device): string {
  return precisions.join(', ');
}

/**
 * For each narrow precision that was checked, for example `12 ms a step, 1.7 times as fast as float32`,
 * or why it cannot be used.
 */
export function narrowTexts(check: DeviceCheck): [Precision, string][] {
  return narrowFindings(check).flatMap(({ precision, finding: { ok, reason, stepMs } }) => {
    if (!ok) {
      const text = `computes wrong (${reason}): leave precision at float32, or install the newest driver and check again`;
      return [[precision, text]];
    }
    if (stepMs === undefined || check.stepMs === undefined) return [];
    const times = timesAsFast(stepMs, check.stepMs);
    const isSlower = slowPrecisionText(check, precision) !== undefined;
    const advice = isSlower ? '; choose float32 here, which is faster and more exact' : '';
    return [[precision, `${msText(stepMs)} a step, ${times} times as fast as float32${advice}`]];
  });
}

/** Group devices for the page: usable, not available, and for checks. */
export function groupDevices(devices: readonly Device[]) {
  return {
    usable: devices.filter((device) => device.available && isForWork(device)),
    missing: devices.filter((device) => !device.available && isForWork(device)),
    forChecks: devices.filter((device) => !isForWork(device)),
  };
}

/** For example `0.2 s a step, 5.1 times as fast as the CPU`; undefined where nothing was timed. */
export function speedText(
  { device, stepMs }: DeviceCheck,
  checks: readonly DeviceCheck[],
  devices: readonly Device[],
): string | undefined {
  if (stepMs === undefined) return undefined;
  const step = msText(stepMs);
  const processor = devices.find(({ kind, available }) => kind === 'cpu' && available)?.id;
  const other = checks.find((check) => check.device === processor)?.stepMs;
  if (other === undefined || processor === device) return `${step} a step of a small network`;
  return `${step} a step of a small network, ${timesAsFast(stepMs, other)} times as fast as the CPU`;
}

function msText(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
