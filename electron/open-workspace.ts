/** Open the workspace at the start, or ask for another one, for example when its drive is not connected. */
import path from 'node:path';
import { dialog } from 'electron';
import { toStudioError } from '../engine/contract/errors.ts';
import type { StudioHost } from '../engine/contract/studio/host.ts';
import { openStudio } from '../engine/studio/studio.ts';
import { showError } from './dialogs.ts';
import { engineNode, workspaceChoice } from './places.ts';
import type { WorkspaceChoice } from './workspace-choice.ts';

/**
 * @param given the workspace from CONMIM_WORKSPACE, for which no question is asked
 * @returns undefined when the user chose to quit
 * @throws StudioError when the given workspace cannot be opened
 */
export async function openWorkspace(given: string | undefined): Promise<StudioHost | undefined> {
  const node = engineNode(process.env);
  const open = (workspace: string) => openStudio({ workspace, host: 'desktop', node });
  if (given) return open(path.resolve(given));
  const choice = workspaceChoice();
  let workspace: string | undefined = choice.toOpen;
  while (workspace !== undefined) {
    const opening: string = workspace;
    const opened: StudioHost | Error = await open(opening).catch(toStudioError);
    if (!(opened instanceof Error)) {
      save(() => choice.settle(opening));
      return opened;
    }
    save(() => choice.withdraw());
    workspace = await askForAnother(opening, choice, opened.message);
  }
  return undefined;
}

/** Save a choice and report errors, which do not keep the workspace from opening. */
function save(change: () => void): void {
  try {
    change();
  } catch (thrown) {
    showError('The choice of the workspace could not be saved', thrown);
  }
}

/** @returns the workspace to try next; undefined to quit */
async function askForAnother(
  failed: string,
  choice: WorkspaceChoice,
  reason: string,
): Promise<string | undefined> {
  const last = choice.opened === failed ? [] : [choice.opened];
  for (;;) {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: `The workspace ${failed} cannot be opened.`,
      detail: [reason, ...last.map((folder) => `The last one was ${folder}.`)].join('\n'),
      buttons: [...last.map(() => 'Open the Last One'), 'Choose Another Folder…', 'Quit'],
      defaultId: 0,
      cancelId: last.length + 1,
      noLink: true,
    });
    if (response < last.length) return last[0];
    if (response !== last.length) return undefined;
    const { canceled, filePaths } = await dialog.showOpenDialog({
      title: 'Choose the folder where runs and data sets are kept',
      properties: ['openDirectory', 'createDirectory'],
    });
    // After closing this dialog the user can choose again, or quit.
    if (!canceled && filePaths[0] !== undefined) return filePaths[0];
  }
}
