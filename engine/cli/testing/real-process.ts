/** The command line as its users start it: in a process of its own, which a test may kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { packagedFile } from '../../platform/packaged-file.ts';

export interface Line {
  readonly type: string;
  readonly dir?: string;
  readonly step?: number;
  readonly status?: string;
  readonly loss?: number;
  readonly message?: string;
}

/** @param env variables beside those of this process */
export function startConmim(
  workspace: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const command = packagedFile('build/conmim.mjs');
  return spawn(process.execPath, [command, ...args, '--workspace', workspace, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
}

/** Follow the JSON lines until the process ends; `onLine` may kill it. */
export async function follow(child: ChildProcess, onLine: (line: Line) => void = () => {}) {
  let errors = '';
  child.stderr!.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  const lines: Line[] = [];
  createInterface({ input: child.stdout! }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    onLine(line);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, lines, errors };
}
