/** Where things are: the workspace, and the Node that the engine runs in. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { z } from 'zod';
import { StudioError } from '../engine/contract/errors.ts';

const choiceSchema = z.object({ folder: z.string().min(1) });

/** The one given from outside, else the one that was chosen, else a folder among the documents. */
export function workspaceFolder(env: NodeJS.ProcessEnv): string {
  const chosen = env['CONMIM_WORKSPACE'] || readChoice();
  return path.resolve(chosen ?? path.join(app.getPath('documents'), 'ConMIM'));
}

/** From the next start on. */
export function chooseWorkspace(folder: string): void {
  mkdirSync(path.dirname(choiceFile()), { recursive: true });
  writeFileSync(choiceFile(), JSON.stringify({ folder } satisfies z.infer<typeof choiceSchema>));
}

function choiceFile(): string {
  return path.join(app.getPath('userData'), 'workspace.json');
}

function readChoice(): string | undefined {
  try {
    return choiceSchema.safeParse(JSON.parse(readFileSync(choiceFile(), 'utf8'))).data?.folder;
  } catch {
    return undefined;
  }
}

/**
 * Engine processes are plain Node, not Electron: image libraries of both would clash in one process.
 * The package brings its own; in a checkout it is the one that npm runs in.
 *
 * @throws StudioError `node-missing`
 */
export function engineNode(env: NodeJS.ProcessEnv): string {
  const name = process.platform === 'win32' ? 'node.exe' : path.join('bin', 'node');
  const packaged = path.join(process.resourcesPath ?? '', 'node', name);
  const found = app.isPackaged
    ? packaged
    : (env['CONMIM_NODE'] ?? env['npm_node_execpath'] ?? onPath(env));
  if (found !== undefined && existsSync(found)) return found;
  throw new StudioError('node-missing', `The engine's Node is missing: ${found ?? packaged}.`, {
    advice: app.isPackaged
      ? 'Install the program again.'
      : 'Start it with npm start, or set CONMIM_NODE to the path of Node.',
  });
}

function onPath(env: NodeJS.ProcessEnv): string | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
}
