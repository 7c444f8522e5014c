/** A second start while the application is open: its window comes to the front and may change the workspace. */
import path from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import { z } from 'zod';
import { isSameFolder } from '../engine/studio/folders/same-folder.ts';

const CHANGE = 0;
const STAY = 1;

const startSchema = z.object({ workspace: z.string().min(1).optional() });
/** Data that a second start sends to the first. */
export type SecondStart = z.infer<typeof startSchema>;

/** The workspace that CONMIM_WORKSPACE sets, if any. */
export function describeStart(env: NodeJS.ProcessEnv): SecondStart {
  const given = env['CONMIM_WORKSPACE'];
  return given ? { workspace: path.resolve(given) } : {};
}

/** @returns the workspace of the second start if it is not the open one */
export function otherWorkspace(data: unknown, open: string): string | undefined {
  const wanted = startSchema.safeParse(data).data?.workspace;
  return wanted === undefined || isSameFolder(wanted, open) ? undefined : wanted;
}

/** @returns whether the user chose to change to it */
export async function offerChange(
  owner: BrowserWindow,
  wanted: string,
  open: string,
): Promise<boolean> {
  const { response } = await dialog.showMessageBox(owner, {
    type: 'question',
    message: `ConMIM Studio was started again for the workspace ${wanted}.`,
    detail: `It is open with ${open}, and shows one workspace at a time. Changing opens the window again; training goes on.`,
    buttons: ['Change Workspace', 'Stay Here'],
    defaultId: STAY,
    cancelId: STAY,
    noLink: true,
  });
  return response === CHANGE;
}
