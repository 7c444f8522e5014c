/** Paths of the workspace and of the Node that runs the engine. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { StudioError } from '../engine/contract/errors.ts';
import { WorkspaceChoice } from './workspace-choice.ts';

/** The chosen workspace, by default a folder in the user's documents. */
export function workspaceChoice(): WorkspaceChoice {
  return new WorkspaceChoice(
    path.join(app.getPath('userData'), 'workspace.json'),
    path.join(app.getPath('documents'), 'ConMIM'),
  );
}

/**
 * Engine processes run in Node instead of Electron, whose image libraries conflict with those of the
 * engine. The package contains Node; a checkout uses the one that runs npm.
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
