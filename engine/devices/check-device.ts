/** Self-test and timing of a device in its own process: a crash or hang becomes an error. */

import { fork } from 'node:child_process';
import { cancelled, type ErrorRecord } from '../contract/errors.ts';
import { countOf } from '../contract/number-text.ts';
import type { Precision } from '../contract/precision.ts';
import type { DeviceFinding } from '../contract/studio/device-check.ts';
import { processFile } from '../platform/worker-url.ts';

export type DeviceReply =
  | { readonly type: 'finding'; readonly finding: DeviceFinding }
  | ErrorRecord;

export interface CheckOptions {
  /** float32 when left out */
  readonly precision?: Precision;
  /** Most of the time is spent on the first compilation for a graphics card. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** The compiled entry of the process; device-process.ts has its arguments. */
  readonly entry?: string;
}

const TIMEOUT_MS = 180_000;
const KEPT_ERROR_CHARACTERS = 2000;

/** @throws StudioError `cancelled` only */
export async function checkDevice(
  device: string,
  { precision = 'float32', timeoutMs = TIMEOUT_MS, signal, entry = ENTRY }: CheckOptions = {},
): Promise<DeviceFinding> {
  if (signal?.aborted) throw cancelled();
  const options = {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'] as ('ignore' | 'pipe' | 'ipc')[],
    // Otherwise Windows opens a console window.
    windowsHide: true,
  };
  const child = fork(entry, [device, precision], options);
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-KEPT_ERROR_CHARACTERS);
  });
  let timer: NodeJS.Timeout | undefined;
  let cancel: (() => void) | undefined;
  try {
    return await new Promise<DeviceFinding>((resolve, reject) => {
      cancel = () => reject(cancelled());
      signal?.addEventListener('abort', cancel, { once: true });
      timer = setTimeout(() => resolve(failed(silenceText(timeoutMs))), timeoutMs);
      child.once('error', (error) => resolve(failed(`it cannot be tried: ${error.message}`)));
      child.once('message', (reply) => resolve(findingIn(reply as DeviceReply)));
      // The event is "close", not "exit", since it comes after all messages and output.
      child.once('close', (code, how) => resolve(failed(endText(code, how, errors))));
    });
  } finally {
    clearTimeout(timer);
    if (cancel !== undefined) signal?.removeEventListener('abort', cancel);
    // After the answer the process may still hang while its driver is unloaded.
    child.kill('SIGKILL');
  }
}

const ENTRY = processFile(import.meta.url, '../process/device-process.ts');

function findingIn(reply: DeviceReply): DeviceFinding {
  if (reply.type === 'finding') return reply.finding;
  return failed(reply.message.replace(/\.$/, ''));
}

function failed(reason: string): DeviceFinding {
  return { ok: false, reason, quantities: 0 };
}

function silenceText(timeoutMs: number): string {
  const seconds = Math.round(timeoutMs / 1000);
  const [count, unit] = seconds < 120 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute'];
  return `no answer came within ${countOf(count, unit)}`;
}

function endText(code: number | null, signal: NodeJS.Signals | null, errors: string): string {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const lastLine = errors
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');
  const words = lastLine === undefined ? '' : `: ${lastLine.slice(0, 200)}`;
  return `the process that tried it was ended ${how}, most likely by the driver${words}`;
}
