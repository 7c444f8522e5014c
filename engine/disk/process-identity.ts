/**
 * Identify a process on disk, so that another process can determine whether it is still running.
 *
 * A process number is unique only within one boot of one system (`bootId`) and one process number
 * namespace (containers have their own), and numbers are reused (`processStart`). A process is checked
 * directly only where all of these agree. A process of an earlier boot of this machine (`machine`) has
 * ended; in all other cases its state is unknown.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defined } from '../contract/defined.ts';
import { processExists } from '../platform/process-exists.ts';

/** As `process-identity-schema.ts` reads it from a file. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly hostname: string;
  /** Start time of the process in units of the system, where the system reports it. */
  readonly processStart?: string | undefined;
  /** Unique for each boot of a system. Version 0.1.0 does not write it. */
  readonly bootId?: string | undefined;
  /** Process number namespace; undefined on systems without namespaces. */
  readonly pidNamespace?: string | undefined;
  /** Unique for each machine, where that can be established. */
  readonly machine?: string | undefined;
}

/** Two readings of one boot time of Windows may differ by this many seconds. */
const BOOT_TOLERANCE = 60;

let known: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  known ??= defined({
    pid: process.pid,
    hostname: os.hostname(),
    processStart: startOf(process.pid),
    bootId: bootId(),
    pidNamespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
    machine: attempt(machine),
  });
  return known;
}

/** Whether a process is running. `alive` and `gone` are certain; `unknown` is what `self` cannot check. */
export function livenessOf(
  holder: ProcessIdentity,
  self: ProcessIdentity = thisProcess(),
): 'alive' | 'gone' | 'unknown' {
  if (holder.bootId === undefined) {
    // Version 0.1.0 did not write a boot, and the process may be in another namespace: only a match is certain.
    const isHere = holder.hostname === self.hostname && holder.processStart !== undefined;
    return isHere && startOf(holder.pid) === holder.processStart ? 'alive' : 'unknown';
  }
  if (!isSameBoot(holder.bootId, self.bootId))
    return isOfEarlierStart(holder, self) ? 'gone' : 'unknown';
  if (holder.pidNamespace !== self.pidNamespace) return 'unknown';
  if (!processExists(holder.pid)) return 'gone';
  const start = startOf(holder.pid);
  if (start === undefined || holder.processStart === undefined) return 'unknown';
  return start === holder.processStart ? 'alive' : 'gone';
}

export function isSameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return (
    a.pid === b.pid &&
    a.processStart === b.processStart &&
    a.pidNamespace === b.pidNamespace &&
    isSameBoot(a.bootId, b.bootId)
  );
}

/** Only one boot of a machine can be running. */
function isOfEarlierStart(holder: ProcessIdentity, self: ProcessIdentity): boolean {
  return (
    self.bootId !== undefined &&
    self.machine !== undefined &&
    holder.machine === self.machine &&
    holder.hostname === self.hostname
  );
}

function isSameBoot(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a === b) return true;
  const [, hostA, secondsA] = /^windows (.*) (\d+)$/.exec(a) ?? [];
  const [, hostB, secondsB] = /^windows (.*) (\d+)$/.exec(b) ?? [];
  return (
    hostA !== undefined &&
    hostA === hostB &&
    Math.abs(Number(secondsA) - Number(secondsB)) <= BOOT_TOLERANCE
  );
}

function bootId(): string | undefined {
  if (process.platform === 'linux')
    return attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  if (process.platform === 'darwin')
    return attempt(() => run('sysctl', ['-n', 'kern.bootsessionuuid']));
  if (process.platform === 'win32')
    return `windows ${os.hostname()} ${Math.round(Date.now() / 1000 - os.uptime())}`;
  return undefined;
}

/**
 * The identity of the operating system alone is not unique: copies of a virtual machine or a container
 * image share it. Undefined where no network card is visible, as in a container, and on other systems.
 */
function machine(): string | undefined {
  const parts = process.platform === 'linux' ? linuxMachine() : darwinMachine();
  if (parts === undefined) return undefined;
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

function linuxMachine(): string[] | undefined {
  const id = readFileSync('/etc/machine-id', 'utf8').trim();
  const root = '/sys/class/net';
  const cards = readdirSync(root)
    .filter((name) => existsSync(path.join(root, name, 'device')))
    .map((name) => readFileSync(path.join(root, name, 'address'), 'utf8').trim())
    .sort();
  return /^[0-9a-f]{32}$/.test(id) && cards.length > 0 ? [id, ...cards] : undefined;
}

function darwinMachine(): string[] | undefined {
  if (process.platform !== 'darwin') return undefined;
  const text = run('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']) ?? '';
  const id = /"IOPlatformUUID" = "([^"]+)"/.exec(text)?.[1];
  return id === undefined ? undefined : [id];
}

/** Start time of a process; undefined where the system does not report it or the process has ended. */
function startOf(pid: number): string | undefined {
  if (process.platform === 'darwin')
    return attempt(() => run('ps', ['-o', 'lstart=', '-p', String(pid)]));
  return attempt(() => {
    // A mounted /proc may belong to another namespace, where the number is another process.
    if (Number(readlinkSync('/proc/self')) !== process.pid) return undefined;
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Zombie processes still accept signals.
    return state === 'Z' || state === 'X' ? 'ended' : fields[18];
  });
}

function run(command: string, args: readonly string[]): string | undefined {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const text = execFileSync(command, args, {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text.trim() || undefined;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
