/** Refuse to start when a start script has switched off the sandbox of the window. */
import { app } from 'electron';
import { StudioError } from '../engine/contract/errors.ts';

/**
 * The start script of an AppImage switches the sandbox off without a message where the system does not
 * allow user namespaces.
 *
 * @throws StudioError `sandbox-missing`
 */
export function requireSandbox(env: NodeJS.ProcessEnv): void {
  if (!env['APPIMAGE'] || !app.commandLine.hasSwitch('no-sandbox')) return;
  throw new StudioError(
    'sandbox-missing',
    'This system does not allow user namespaces, so an AppImage cannot sandbox its window.',
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
