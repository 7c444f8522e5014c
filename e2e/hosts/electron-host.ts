/** The desktop application in Electron itself, where its binary is at hand. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import type { Launched } from './host.ts';

const MAIN = fileURLToPath(new URL('../../out/electron/main.js', import.meta.url));

/** The package has no binary until it was started once on a machine with a network. */
export function electronBinary(): string | undefined {
  const given = process.env['ELECTRON_BIN'];
  if (given !== undefined) return existsSync(given) ? given : undefined;
  const home = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const names = ['electron', 'electron.exe', 'Electron.app/Contents/MacOS/Electron'];
  return names.map((name) => path.join(home, 'dist', name)).find((file) => existsSync(file));
}

export async function launchElectron(options: { readonly workspace: string }): Promise<Launched> {
  const { workspace } = options;
  let app: ElectronApplication;
  let page: Page;
  const open = async () => {
    app = await _electron.launch({
      executablePath: electronBinary()!,
      args: [MAIN, `--user-data-dir=${path.dirname(workspace)}/profile`],
      chromiumSandbox: true,
      env: { ...process.env, CONMIM_WORKSPACE: workspace, CONMIM_NODE: process.execPath } as Record<
        string,
        string
      >,
    });
    page = await app.firstWindow();
  };
  await open();
  return {
    name: 'electron',
    workspace,
    page: () => page,
    async kill() {
      const gone = new Promise((resolve) => app.process().once('exit', resolve));
      app.process().kill('SIGKILL');
      await gone;
    },
    relaunch: open,
    async choose({ folders, file, save }) {
      await app.evaluate(
        ({ dialog }, answers) => {
          const chosen = answers.folders ?? (answers.file === undefined ? [] : [answers.file]);
          dialog.showOpenDialog = async () => ({
            canceled: chosen.length === 0,
            filePaths: chosen,
          });
          dialog.showSaveDialog = async () => ({
            canceled: answers.save === undefined,
            filePath: answers.save ?? '',
          });
        },
        { folders, file, save },
      );
    },
    async close() {
      await app.evaluate(({ dialog }) => {
        dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
      });
      await app.close();
    },
  };
}
