/** The window is never opened without its sandbox by a program that decides so by itself. */
import { app } from 'electron';
import { StudioError } from '../engine/contract/errors.ts';

/**
 * The start script of an AppImage switches the sandbox off where the system keeps programs from user
 * namespaces, and says nothing.
 *
 * @throws StudioError `sandbox-missing`
 */
export function requireSandbox(env: NodeJS.ProcessEnv): void {
  if (!env['APPIMAGE'] || !app.commandLine.hasSwitch('no-sandbox')) return;
  throw new StudioError(
    'sandbox-missing',
    'This system keeps programs from user namespaces, so an AppImage cannot have the sandbox of its window.',
    {
      advice: [
        'Install the deb, which sets it up. Or unpack this file with --appimage-extract, set the sandbox up once with',
        'sudo chown root:root squashfs-root/chrome-sandbox',
        'sudo chmod 4755 squashfs-root/chrome-sandbox',
        'and start squashfs-root/conmim-studio.',
      ].join('\n'),
    },
  );
}
