/**
 * Which process holds something on disk, told so that another process can find out whether it lives.
 *
 * A process number means something only within one start of one system (`bootId`) and one namespace of
 * process numbers (containers have their own), and numbers are used again (`processStart`). Only
 * where all of this agrees is a process looked at directly. A process of an earlier start of this
 * machine (`machine`) is gone; everywhere else nothing is known of it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { errorCode } from './disk.ts';

export const processPlaceSchema = z.object({
  pid: z.int().positive(),
  hostname: z.string(),
  /** When the process was started, in the system's count, where it tells. */
  processStart: z.string().optional(),
  /** Tells this start of this system from every other. Version 0.1.0 does not write it. */
  bootId: z.string().optional(),
  /** The namespace of process numbers; systems without such have none. */
  pidNamespace: z.string().optional(),
  /** Tells this machine from every other, where that is certain. */
  machine: z.string().optional(),
});
export type ProcessPlace = z.infer<typeof processPlaceSchema>;

/** Seconds by which two readings of one start of Windows may differ. */
const BOOT_TOLERANCE = 60;

let known: ProcessPlace | undefined;

/** Where this process runs. */
export function thisProcess(): ProcessPlace {
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

/** `alive` and `gone` are certain; `unknown` is everything that cannot be seen from `self`. */
export function fateOf(
  holder: ProcessPlace,
  self: ProcessPlace = thisProcess(),
): 'alive' | 'gone' | 'unknown' {
  if (holder.bootId === undefined) {
    // Of version 0.1.0, possibly of another namespace: only a match is certain.
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

/** Whether both are one and the same process. */
export function isSameProcess(a: ProcessPlace, b: ProcessPlace): boolean {
  return (
    a.pid === b.pid &&
    a.processStart === b.processStart &&
    a.pidNamespace === b.pidNamespace &&
    isSameBoot(a.bootId, b.bootId)
  );
}

/** Of one machine only one start lives. */
function isOfEarlierStart(holder: ProcessPlace, self: ProcessPlace): boolean {
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
 * The identity of the system alone is not enough: copies of a virtual machine or of a container's image
 * have the same. Undefined where no network card is seen, as in a container, and on other systems.
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

/** Whether there is a process of this number here, whichever it is. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return errorCode(error) === 'EPERM';
  }
}

/** Undefined where the system does not tell, or the process has ended. */
function startOf(pid: number): string | undefined {
  if (process.platform === 'darwin')
    return attempt(() => run('ps', ['-o', 'lstart=', '-p', String(pid)]));
  return attempt(() => {
    // A mounted /proc may be that of another namespace, where the number is another process.
    if (Number(readlinkSync('/proc/self')) !== process.pid) return undefined;
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Ended ones that nobody has collected still answer signals.
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

function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
