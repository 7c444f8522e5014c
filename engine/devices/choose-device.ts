/**
 * The choice of `auto`: the fastest device that passes its self-test, with a sentence of reasons,
 * which the command line, a run's record and the application all show.
 */
import { PROCESSOR } from '../contract/device.ts';
import { timesAsFast } from '../contract/number-text.ts';
import type { Precision } from '../contract/precision.ts';
import { type DeviceCheck, narrowFindings } from '../contract/studio/device-check.ts';
import type { DeviceChoice } from '../contract/studio/devices.ts';
import type { Device } from '../executors/executor.ts';

/**
 * The devices among which `auto` chooses: all usable graphics cards, and the processor with the
 * libraries that compute on it best. Software that emulates a graphics card on the processor serves checks
 * only.
 */
export function candidates(devices: readonly Device[]): Device[] {
  const usable = devices.filter(({ available }) => available);
  return usable.filter(({ kind, id }) => kind === 'gpu' || isProcessor(id));
}

/** `cpu`, and `cpu:` with the name of a library. */
const isProcessor = (id: string) => id.split(':')[0] === PROCESSOR;

/** Whether the choice depends on checks: a processor alone is chosen without one. */
export function needsTrying(among: readonly Device[]): boolean {
  return among.length > 1 || among[0]?.kind === 'gpu';
}

export function checkIn(check: DeviceCheck, precision: Precision): DeviceCheck {
  const found = narrowFindings(check).find((one) => one.precision === precision);
  return found === undefined ? check : { ...check, ...found.finding };
}

/**
 * @param devices devices of the machine that support the precision
 * @param checks  known results
 * @returns undefined when no device is usable, or all usable ones failed
 */
export function chooseDevice(
  devices: readonly Device[],
  checks: readonly DeviceCheck[],
): DeviceChoice | undefined {
  const among = candidates(devices);
  const [only] = among;
  if (only !== undefined && !needsTrying(among))
    return { id: only.id, reason: `${only.id}: the only one that can be used here`, unchecked: [] };
  const tried = among.map((device) => ({ device, check: checkOf(device, checks) }));
  const unchecked = tried.flatMap(({ device, check }) => (check === undefined ? device.id : []));
  const first = tried.find(({ check }) => check === undefined)?.device;
  if (first !== undefined) {
    const reason = `${named(first)}: most likely, but ${listed(unchecked)} ${unchecked.length === 1 ? 'has' : 'have'} not been checked on this machine yet`;
    return { id: first.id, reason, unchecked };
  }
  const passing = tried.filter(({ check }) => check?.stepMs !== undefined && check.ok);
  const best = [...passing].sort((a, b) => a.check!.stepMs! - b.check!.stepMs!)[0];
  if (best === undefined) return undefined;
  return { id: best.device.id, reason: reasonFor(best.device, among, checks), unchecked: [] };
}

/** Why no device can be chosen, one line per device. */
export function failuresText(
  devices: readonly Device[],
  checks: readonly DeviceCheck[],
): readonly string[] {
  return candidates(devices).map(({ id }) => {
    const reason = checks.find(({ device }) => device === id)?.reason;
    return `${id} fails its self-test (${reason ?? 'nothing more is known'})`;
  });
}

/** A warning for a device chosen by name that failed its check; undefined for one that passed. */
export function failureText(device: Device, { ok, reason }: DeviceCheck): string | undefined {
  if (ok) return undefined;
  return `${named(device)}: taken as it was named, though it failed its self-test (${reason ?? 'nothing more is known'})`;
}

function reasonFor(best: Device, among: readonly Device[], checks: readonly DeviceCheck[]): string {
  const mine = checkOf(best, checks)!.stepMs!;
  const others = among.filter(({ id }) => id !== best.id);
  const failing = others.filter((device) => checkOf(device, checks)?.ok === false);
  const slower = others.filter((device) => checkOf(device, checks)?.ok === true);
  // A graphics card is compared with the processor, and the processor with the best card.
  const rival =
    slower.find(({ kind }) => kind === 'cpu') ??
    slower.sort((a, b) => checkOf(a, checks)!.stepMs! - checkOf(b, checks)!.stepMs!)[0];
  const why: string[] = [];
  if (rival !== undefined) {
    const times = timesAsFast(mine, checkOf(rival, checks)!.stepMs!);
    why.push(`passes its self-test, ${times} times as fast as ${rival.id}`);
  } else if (best.kind !== 'cpu') why.push('passes its self-test');
  // Failures of other cards are not repeated in each run when a card is chosen.
  if (best.kind === 'cpu')
    for (const device of failing) {
      const what = failing.length === 1 ? `the GPU (${device.id})` : device.id;
      why.push(`${what} fails its self-test (${checkOf(device, checks)!.reason})`);
    }
  return `${named(best)}: ${why.join('; ')}`;
}

function checkOf({ id }: Device, checks: readonly DeviceCheck[]): DeviceCheck | undefined {
  return checks.find(({ device }) => device === id);
}

/** A graphics card's name identifies it; a processor's name is not needed. */
function named({ id, kind, name }: Device): string {
  return kind === 'cpu' ? id : `${id}, ${name}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
