/** Test in a separate process whether WebGPU works. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { processFile } from '../../platform/worker-url.ts';

/** `half`: whether the device computes in float16. */
export type WebgpuFinding =
  | { readonly works: true; readonly half: boolean }
  | { readonly works: false; readonly why: string };

const TIMEOUT_MS = 30_000;

let found: Promise<WebgpuFinding> | undefined;

/** The result is cached for the life of the process. */
export function probeWebgpu(): Promise<WebgpuFinding> {
  found ??= askInProcess();
  return found;
}

async function askInProcess(): Promise<WebgpuFinding> {
  const entry = processFile(import.meta.url, './webgpu-probe-process.ts');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [entry], {
      timeout: TIMEOUT_MS,
      windowsHide: true,
      // Electron's executable then runs as plain Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    return JSON.parse(stdout) as WebgpuFinding;
  } catch (error) {
    const { killed, signal, code } = error as { killed?: boolean; signal?: string; code?: number };
    if (killed) return { works: false, why: `it did not answer within ${TIMEOUT_MS / 1000} s` };
    return { works: false, why: `its driver ended the process (${signal ?? `code ${code}`})` };
  }
}
