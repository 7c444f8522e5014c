/** Resolve the requested device: a name is looked up, `auto` is chosen by checks. */
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import { countOf } from '../contract/number-text.ts';
import {
  isNarrowPrecision,
  NARROW_PRECISIONS,
  type NarrowPrecision,
  PRECISIONS,
  type Precision,
} from '../contract/precision.ts';
import {
  type DeviceCheck,
  type DeviceFinding,
  FINDING_KEYS,
} from '../contract/studio/device-check.ts';
import type { DeviceChoice } from '../contract/studio/devices.ts';
import { slowPrecisionText } from '../contract/studio/precision-speed.ts';
import { listDevices } from '../executors/devices.ts';
import type { Device } from '../executors/executor.ts';
import { findDevice } from '../executors/find-device.ts';
import { needPrecision } from '../executors/open-device.ts';
import { type CheckOptions, checkDevice } from './check-device.ts';
import { CheckMemory } from './check-memory.ts';
import {
  candidates,
  checkIn,
  chooseDevice,
  failuresText,
  failureText,
  needsTrying,
} from './choose-device.ts';
import { timeInTurn } from './time-in-turn.ts';

/** Functions that query this machine; tests replace them. */
export interface DeviceParts {
  /** @param name only devices of this one's kind */
  list(name?: string): Promise<Device[]>;
  check(device: string, options: CheckOptions): Promise<DeviceFinding>;
  /** Times of a step in turn; undefined when they cannot be had. */
  time: typeof timeInTurn;
  readonly memory: CheckMemory;
}

export interface ResolveOptions {
  /** Called while devices are checked, which takes some time, once. */
  readonly onProgress?: ((progress: CheckProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The precision of the computation; `float32` when left out. */
  readonly precision?: Precision;
}

export interface CheckProgress {
  readonly done: number;
  readonly total: number;
  readonly text: string;
}

export interface ResolvedDevice {
  readonly id: string;
  /** For `auto` the choice and its reason; for a named device a warning if it failed its check. */
  readonly reason?: string;
  /** A sentence where its check has found the precision slower than float32. */
  readonly slower?: string;
}

export function deviceParts(): DeviceParts {
  return { list: listDevices, check: checkDevice, time: timeInTurn, memory: new CheckMemory() };
}

/**
 * @param name a device's name, or `auto` for the fastest that passes its self-test in the
 *   precision; if there is a choice, unknown devices are checked
 * @throws StudioError `device-unknown`, `device-unavailable`, `devices-failing`,
 *   `precision-unavailable`, `cancelled`
 */
export async function resolveDevice(
  name: string,
  options: ResolveOptions = {},
  parts: DeviceParts = deviceParts(),
): Promise<ResolvedDevice> {
  const { precision = 'float32' } = options;
  if (name !== 'auto') {
    const device = findDevice(name, await parts.list(name));
    needPrecision(device, precision);
    const [check] = await parts.memory.read([device]);
    const known = check === undefined ? undefined : failureText(device, checkIn(check, precision));
    const slower = check && slowPrecisionText(check, precision);
    return { id: device.id, ...defined({ reason: known, slower }) };
  }
  const all = await parts.list();
  const devices = all.filter(({ precisions }) => precisions.includes(precision));
  const among = candidates(devices);
  if (among.length === 0 && candidates(all).length > 0) throw nothingComputesIn(precision);
  const tried = needsTrying(among) ? await checkDevices(among, { ...options, parts }) : [];
  const checks = tried.map((check) => checkIn(check, precision));
  const chosen = chooseDevice(devices, checks);
  if (chosen === undefined) throw nothingLeft(devices, checks);
  const found = tried.find(({ device }) => device === chosen.id);
  const slower = found && slowPrecisionText(found, precision);
  return { id: chosen.id, reason: chosen.reason, ...defined({ slower }) };
}

interface CheckingOptions extends ResolveOptions {
  readonly again?: boolean;
  readonly parts?: DeviceParts;
}

/** Check devices one after the other, and time those that pass in turn. @param options.again also those with a known result */
export async function checkDevices(
  devices: readonly Device[],
  options: CheckingOptions = {},
): Promise<DeviceCheck[]> {
  const { again = false, parts = deviceParts(), onProgress, signal } = options;
  const known = again
    ? []
    : (await parts.memory.read(devices)).filter((check) => parts.memory.isFresh(check));
  const left = devices.filter(({ id }) => !known.some(({ device }) => device === id));
  const checks = [...known];
  for (const [done, device] of left.entries()) {
    onProgress?.({ done, total: left.length, text: `Checking ${device.id}` });
    const check = await checkOne(device, parts, signal);
    await parts.memory.write(device, check);
    checks.push(check);
  }
  return left.length === 0 ? checks : timeTogether(devices, checks, options);
}

/**
 * The checks with times that were measured in turn, of all devices and precisions that pass: so a precision
 * is compared with float32 on the same device as fairly as one device with another.
 */
async function timeTogether(
  devices: readonly Device[],
  checks: readonly DeviceCheck[],
  { parts = deviceParts(), onProgress, signal }: CheckingOptions,
): Promise<DeviceCheck[]> {
  const subjects = PRECISIONS.flatMap((precision) =>
    checks.flatMap((check) =>
      findingIn(check, precision)?.stepMs === undefined ? [] : { device: check.device, precision },
    ),
  );
  if (subjects.length < 2) return [...checks];
  const count = new Set(subjects.map(({ device }) => device)).size;
  onProgress?.({ done: 0, total: 1, text: `Timing ${countOf(count, 'device')} in turn` });
  const times = await parts.time(subjects, { signal });
  let timed = [...checks];
  for (const [i, { device, precision }] of subjects.entries())
    timed = timed.map((check) =>
      check.device === device ? withTime(check, precision, times?.[i]) : check,
    );
  for (const [i, check] of timed.entries()) {
    const device = devices.find(({ id }) => id === check.device);
    if (device !== undefined && check !== checks[i]) await parts.memory.write(device, check);
  }
  return timed;
}

/** What a check found in exactly this precision. */
function findingIn(check: DeviceCheck, precision: Precision): DeviceFinding | undefined {
  return isNarrowPrecision(precision) ? check[FINDING_KEYS[precision]] : check;
}

function withTime(
  check: DeviceCheck,
  precision: Precision,
  stepMs: number | undefined,
): DeviceCheck {
  const finding = findingIn(check, precision);
  if (stepMs === undefined || finding === undefined) return check;
  if (!isNarrowPrecision(precision)) return { ...check, stepMs };
  return { ...check, [FINDING_KEYS[precision]]: { ...finding, stepMs } };
}

/** Narrow precisions are checked separately, since their effect on a driver must not count against float32. */
async function checkOne(
  { id, precisions }: Device,
  parts: DeviceParts,
  signal: AbortSignal | undefined,
): Promise<DeviceCheck> {
  const found = await parts.check(id, { signal });
  const narrow: Partial<DeviceCheck> = {};
  for (const precision of NARROW_PRECISIONS)
    if (found.ok && precisions.includes(precision))
      narrow[FINDING_KEYS[precision]] = await parts.check(id, { signal, precision });
  return { device: id, ...found, ...narrow, checkedAt: parts.memory.now() };
}

export interface DescribedDevices {
  readonly devices: Device[];
  /** Known results, including old failures. */
  readonly checks: DeviceCheck[];
  readonly chosen?: DeviceChoice;
  /** For the other precisions in which a device computes. */
  readonly chosenFor: Partial<Record<NarrowPrecision, DeviceChoice>>;
}

/** All devices with known results, and the choice of `auto`. Nothing is checked. */
export async function describeDevices(
  parts: DeviceParts = deviceParts(),
): Promise<DescribedDevices> {
  const devices = await parts.list();
  const checks = await parts.memory.read(devices);
  const fresh = checks.filter((check) => parts.memory.isFresh(check));
  const chosen = chooseDevice(devices, fresh);
  const chosenFor: Partial<Record<NarrowPrecision, DeviceChoice>> = {};
  for (const precision of NARROW_PRECISIONS) {
    const choice = chooseDevice(
      devices.filter(({ precisions }) => precisions.includes(precision)),
      fresh.map((check) => checkIn(check, precision)),
    );
    if (choice !== undefined) chosenFor[precision] = choice;
  }
  return { devices, checks, ...defined({ chosen }), chosenFor };
}

function nothingComputesIn(precision: Precision): StudioError {
  return new StudioError(
    'precision-unavailable',
    `No device of this machine computes in ${precision}.`,
    {
      advice:
        'Set precision to float32 (--precision float32, where a command takes it); see: conmim devices',
      details: { precision },
    },
  );
}

function nothingLeft(devices: readonly Device[], checks: readonly DeviceCheck[]): StudioError {
  const failures = failuresText(devices, checks);
  if (failures.length === 0)
    return new StudioError('device-unavailable', 'Nothing on this machine can be trained on.', {
      advice: 'See why with: conmim devices',
    });
  return new StudioError(
    'devices-failing',
    `No device of this machine computes right: ${failures.join('; ')}.`,
    {
      advice:
        'Look closer with: conmim selftest --device all. To train on one all the same, name it with --device.',
      details: { failures },
    },
  );
}
