// The available Electron, and whether it can open a window on this machine.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Path of an executable, or a short reason why there is none. */
export type FoundElectron =
  | { readonly file: string; readonly why?: undefined }
  | { readonly file?: undefined; readonly why: string };

/** Why a sandbox cannot be set up, and commands that help, if any. */
export interface SandboxFault {
  readonly why: string;
  readonly commands?: readonly string[];
}

/** How a program with a window is started, or why that is not possible. */
export type WindowRunner =
  | { readonly words: readonly string[]; readonly user?: string; readonly why?: undefined }
  | { readonly words?: undefined; readonly user?: undefined; readonly why: string };

/** Places where an Electron is searched. */
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

/** Find the binary as the package itself does; it exists only after the download. */
export function installedElectron(home: string): string | undefined {
  try {
    const file = path.join(home, 'dist', readFileSync(path.join(home, 'path.txt'), 'utf8').trim());
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The Electron that is already present; nothing is downloaded.
 * @returns the executable, or a short reason why there is none
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
 * Why Electron's sandbox cannot be set up for this user, with advice. Chromium needs user
 * namespaces for it, or its helper `chrome-sandbox` owned by root. Ubuntu denies user namespaces to
 * ordinary programs since 24.04, and an unpacked Electron has no helper owned by root.
 *
 * @param executable Electron
 * @param options.isRoot         whether the user is root, for whom Chromium has no sandbox
 * @param options.hasNamespaces  whether a program of this user can use user namespaces
 * @param options.opens          whether this Electron starts, which may be allowed specifically
 * @returns undefined if the sandbox works
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
  // Without the helper beside it, this Electron was installed in another way.
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

/** The user without rights as whom root starts Chromium. */
const ORDINARY_USER = 'nobody';

/**
 * How to run a program that opens Electron's window: on a virtual screen if there is none, and for
 * root as an ordinary user.
 *
 * @param folder           folder of the project, which that user must be able to read
 * @param options.succeeds whether a command succeeds
 * @returns arguments to put before the program's own, and the user's name if it is another one; or
 *   a short reason why it cannot be run
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
