// The Electron that is at hand, and whether it can open a window here.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Path of an executable, or why there is none in a few words. */
export type FoundElectron =
  | { readonly file: string; readonly why?: undefined }
  | { readonly file?: undefined; readonly why: string };

/** Why a sandbox cannot be set up, and commands that help, if any do. */
export interface SandboxFault {
  readonly why: string;
  readonly commands?: readonly string[];
}

/** How a program that opens a window is started, or why it cannot be. */
export type WindowRunner =
  | { readonly words: readonly string[]; readonly user?: string; readonly why?: undefined }
  | { readonly words?: undefined; readonly user?: undefined; readonly why: string };

/** Where an Electron is looked for. */
export interface ElectronPlaces {
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of the package `electron`. */
  readonly home?: string | undefined;
}

/** Folder of the package `electron`; undefined where it is not installed. */
export function electronHome(): string | undefined {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

/** As the package itself finds its binary, which it has only once it was fetched. */
export function installedElectron(home: string): string | undefined {
  try {
    const file = path.join(home, 'dist', readFileSync(path.join(home, 'path.txt'), 'utf8').trim());
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The Electron that is there already; nothing is fetched.
 *
 * @returns the executable, or why there is none in a few words
 */
export function electronAtHand({
  env = process.env,
  home = electronHome(),
}: ElectronPlaces = {}): FoundElectron {
  const given = env['ELECTRON_BIN'];
  if (given)
    return existsSync(given)
      ? { file: path.resolve(given) }
      : { why: `ELECTRON_BIN is ${given}, which is not there` };
  const file = home === undefined ? undefined : installedElectron(home);
  return file === undefined
    ? { why: 'the package electron has no binary yet, and ELECTRON_BIN names none' }
    : { file };
}

/**
 * Why Electron's sandbox cannot be set up for this user, and what helps. Chromium needs user namespaces
 * for it, or its helper `chrome-sandbox`, which belongs to root. Ubuntu keeps ordinary programs from
 * user namespaces since 24.04, and an unpacked Electron has no helper of root's.
 *
 * @param executable Electron
 * @param options.isRoot         Chromium has no sandbox for root
 * @param options.hasNamespaces  whether a program of this user can use user namespaces
 * @param options.opens          whether this Electron starts: it may be allowed what others are not
 * @returns undefined where there is nothing in the way
 */
export function sandboxFault(
  executable: string,
  {
    platform = process.platform as string,
    isRoot = process.getuid?.() === 0,
    hasNamespaces = () => endsWell('unshare', ['--user', '--map-root-user', 'true']),
    opens = () => endsWell(executable, ['--version']),
  } = {},
): SandboxFault | undefined {
  const helper = path.join(path.dirname(executable), 'chrome-sandbox');
  // Without it beside, this is an Electron that was installed in a way of its own.
  if (platform !== 'linux' || !existsSync(helper)) return undefined;
  if (isRoot) return { why: 'Chromium has no sandbox for root; start it as an ordinary user' };
  if (isRootsHelper(helper) || hasNamespaces() || opens()) return undefined;
  const quoted = /^[\w/.@+-]+$/.test(helper) ? helper : `'${helper.replaceAll("'", "'\\''")}'`;
  return {
    why: 'this system keeps programs from user namespaces, which the sandbox of the window needs',
    commands: [`sudo chown root:root ${quoted}`, `sudo chmod 4755 ${quoted}`],
  };
}

function isRootsHelper(file: string): boolean {
  try {
    const { uid, mode } = statSync(file);
    return uid === 0 && (mode & 0o7777) === 0o4755;
  } catch {
    return false;
  }
}

function endsWell(command: string, args: readonly string[]): boolean {
  const env = { ...process.env };
  delete env['ELECTRON_RUN_AS_NODE'];
  return spawnSync(command, args, { env, stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** A user that owns nothing, as whom root runs what Chromium does not let root run. */
const ORDINARY_USER = 'nobody';

/**
 * How to run a program that opens Electron's window here: on a screen of its own where there is none, and
 * for root as an ordinary user.
 *
 * @param folder     of the project, which that user must be able to read
 * @param options.succeeds whether a command ends well
 * @returns words to put before the program's own, and the user's name if it is another; or why it cannot
 *   be run, in a few words
 */
export function windowRunner(
  folder: string,
  {
    env = process.env,
    home = electronHome(),
    platform = process.platform as string,
    isRoot = process.getuid?.() === 0,
    succeeds = ([command, ...args]: readonly string[]) => endsWell(command!, args),
  }: ElectronPlaces & {
    readonly platform?: string;
    readonly isRoot?: boolean;
    readonly succeeds?: (command: readonly string[]) => boolean;
  } = {},
): WindowRunner {
  const { file, why } = electronAtHand({ env, home });
  if (file === undefined) return { why };
  if (platform !== 'linux') return { words: [] };
  const asUser = isRoot ? ['runuser', '-u', ORDINARY_USER, '--'] : [];
  for (const needed of isRoot ? [file, path.join(folder, 'package.json')] : [])
    if (!succeeds([...asUser, 'test', '-r', needed]))
      return {
        why: `Chromium has no sandbox for root, and ${ORDINARY_USER} cannot read ${needed}`,
      };
  const hasScreen = !isRoot && Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
  if (!hasScreen && !succeeds(['which', 'xvfb-run']))
    return { why: 'there is no screen, and no xvfb-run' };
  const fault = sandboxFault(file, {
    platform,
    isRoot: false,
    hasNamespaces: () => succeeds([...asUser, 'unshare', '--user', '--map-root-user', 'true']),
    opens: () => succeeds([...asUser, file, '--version']),
  });
  if (fault !== undefined) return { why: fault.why };
  const screen = ['xvfb-run', '--auto-servernum', '--server-args=-screen 0 1600x1000x24'];
  return {
    words: [...asUser, ...(hasScreen ? [] : screen)],
    ...(isRoot ? { user: ORDINARY_USER } : {}),
  };
}
