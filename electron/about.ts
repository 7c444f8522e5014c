/** Information about the program: its version, its icon, and the paths of its licences. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import type { AboutProgram } from '../engine/contract/studio/desktop.ts';
import { packagedFile } from '../engine/platform/packaged-file.ts';

const NAME = 'ConMIM Studio';

/** The icon for windows and notifications; macOS uses the icon of the application. */
export function iconFile(): string | undefined {
  if (process.platform === 'darwin') return undefined;
  return packagedFile(path.join('assets', 'icons', 'png', '256x256.png'));
}

export function aboutProgram(): AboutProgram {
  const { electron = '', chrome = '', node } = process.versions;
  // An installed application has both beside its archive; in a checkout, the build writes the notices.
  const [licence, notices] = app.isPackaged
    ? ['LICENSE', 'LICENCES.txt'].map((name) => path.join(process.resourcesPath, name))
    : ['LICENSE', path.join('out', 'LICENCES.txt')].map((name) => path.join(checkout(), name));
  return {
    electron,
    chromium: chrome,
    node,
    licence: ifExists(licence),
    notices: ifExists(notices),
  };
}

/** Fill the system's About panel, for example that of the macOS menu. */
export function setAboutPanel(version: string): void {
  const icon = iconFile();
  app.setAboutPanelOptions({
    applicationName: NAME,
    applicationVersion: version,
    copyright: 'Apache-2.0. Nothing leaves this machine.',
    ...(icon === undefined ? {} : { iconPath: icon }),
  });
}

function checkout(): string {
  return path.dirname(packagedFile('package.json'));
}

function ifExists(file: string | undefined): string | undefined {
  return file !== undefined && existsSync(file) ? file : undefined;
}
