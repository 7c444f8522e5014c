// `npm start`: build what is out of date, then open the window. || Electron's package contains no
// binary: its own installer downloads one at the first start. ELECTRON_BIN names another one.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import {
  type ElectronPlaces,
  electronAtHand,
  electronHome,
  type FoundElectron,
  installedElectron,
  type SandboxFault,
  sandboxFault,
} from './electron.ts';
import { bundleRenderer } from './renderer.ts';
import { ROOT } from './root.ts';

const BROWSER = 'To use the application in a browser instead: npm run serve';
/** An Electron that fails within this time has not opened a window. */
const STARTED_AFTER_MS = 5000;
/** The download is about 120 MB. */
const FETCH_TIMEOUT_MS = 15 * 60_000;

/**
 * Path of an Electron, which is downloaded if necessary.
 *
 * @param options.home   folder of the package `electron`
 * @param options.notice shows a temporary line during the download
 * @returns the executable, or a short reason why there is none
 */
export function findElectron({
  env = process.env,
  home = electronHome(),
  notice = () => {},
}: ElectronPlaces & { readonly notice?: (line: string) => void } = {}): FoundElectron {
  const there = electronAtHand({ env, home });
  if (there.file !== undefined || env['ELECTRON_BIN']) return there;
  if (home === undefined) return { why: 'the package electron is not installed' };
  notice('Fetching Electron, once …');
  const { status, stderr, error } = spawnSync(process.execPath, [path.join(home, 'install.js')], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: FETCH_TIMEOUT_MS,
  });
  notice('');
  const fetched = status === 0 ? installedElectron(home) : undefined;
  if (fetched !== undefined) return { file: fetched };
  const lines = (stderr ?? '').trim().split('\n');
  const said = lines.find((line) => /^\w*Error: /.test(line)) ?? lines[0];
  const reason = error?.message ?? said?.replace(/^(\w*Error: )+/, '');
  return { why: `its binary could not be fetched (${reason || `ended with ${status}`})` };
}

/** Show a line that the next output replaces; nothing where output is not a terminal. */
function passingNotice(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function sandboxText({ why, commands }: SandboxFault): string {
  if (commands === undefined) return `The window cannot be opened: ${why}. ${BROWSER}\n`;
  const lines = commands.map((command) => `  ${command}\n`).join('');
  return `The window cannot be opened: ${why} (Ubuntu since 24.04). Two commands set it up, once:\n${lines}${BROWSER}\n`;
}

/** @returns the exit code */
async function open(file: string, args: readonly string[]): Promise<number> {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const startedAt = Date.now();
  const child = spawn(file, [ROOT, ...args], {
    cwd: ROOT,
    // Engine processes run in this Node.
    env: { CONMIM_NODE: process.execPath, ...env },
    stdio: 'inherit',
  });
  // The window receives these signals too, and may ask whether training should continue.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => child.kill(signal));
  const why = await new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? undefined : (signal ?? `code ${code}`)),
    );
  });
  if (why === undefined) return 0;
  if (Date.now() - startedAt < STARTED_AFTER_MS)
    process.stderr.write(`Electron could not open a window (${why}). ${BROWSER}\n`);
  return 1;
}

export async function main(args: string[]): Promise<void> {
  const { file, why } = findElectron({ notice: passingNotice });
  const fault = file === undefined ? undefined : sandboxFault(file);
  if (file === undefined || fault !== undefined) {
    process.stderr.write(
      fault === undefined ? `The window needs Electron: ${why}. ${BROWSER}\n` : sandboxText(fault),
    );
    process.exitCode = 1;
    return;
  }
  await bundleRenderer();
  process.exitCode = await open(file, args);
}
