// Start `conmim serve` for a bench of the page.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../build/root.ts';

/**
 * @param words further arguments
 * @returns the process, and the login address for a browser
 */
export async function serveStudio(
  workspace: string,
  words: readonly string[] = [],
): Promise<{ server: ChildProcess; url: string }> {
  const conmim = path.join(ROOT, 'build', 'conmim.mjs');
  const serve = ['serve', '--json', '--port', '0', '--workspace', workspace];
  const server = spawn(process.execPath, [conmim, ...serve, ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const record: { type: string; url: string } = JSON.parse(line);
    if (record.type === 'serve') return { server, url: record.url };
  }
  throw new Error('conmim serve ended.');
}
