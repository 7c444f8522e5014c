/** What the program is: its version, its icon, and where its licences lie. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import type { AboutProgram } from '../engine/contract/studio/desktop.ts';
import { packagedFile } from '../engine/platform/packaged-file.ts';

const NAME = 'ConMIM Studio';

/** For the window and for what the system tells; a Mac takes the program's own. */
export function iconFile(): string | undefined {
  if (process.platform === 'darwin') return undefined;
  return packagedFile(path.join('assets', 'icons', 'png', '256x256.png'));
}

export function aboutProgram(): AboutProgram {
  const { electron = '', chrome = '', node } = process.versions;
  // Installed, both lie beside the program's archive; in a checkout, where they are made.
  const [licence, notices] = app.isPackaged
    ? ['LICENSE', 'LICENCES.txt'].map((name) => path.join(process.resourcesPath, name))
    : ['LICENSE', path.join('out', 'LICENCES.txt')].map((name) => path.join(checkout(), name));
  return { electron, chromium: chrome, node, licence: there(licence), notices: there(notices) };
}

/** For the systems' own panels, such as that of a Mac's menu. */
export function describeToSystem(version: string): void {
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

function there(file: string | undefined): string | undefined {
  return file !== undefined && existsSync(file) ? file : undefined;
}
