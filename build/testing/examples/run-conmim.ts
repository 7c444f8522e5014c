/** Run a command of the command line in this process, as if its folder were the current one. */
import type { Host } from '../../../engine/cli/host.ts';
import { main } from '../../../engine/cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Commands that run until they are interrupted; this output says that they have begun. */
const ENDLESS: readonly (readonly [
  isMeant: (words: readonly string[]) => boolean,
  began: RegExp,
  code: number,
])[] = [
  [([command]) => command === 'serve', /Open this link|"type":"serve"/, 0],
  [(words) => words.includes('--watch'), /./, 130],
];

/** @returns the output; the exit code is compared with the one of a success */
export async function runConmim(cwd: string, words: readonly string[]): Promise<Ran> {
  const endless = ENDLESS.find(([isMeant]) => isMeant(words));
  const own = new Set(process.listeners('SIGINT'));
  let output = '';
  let isInterrupted = false;
  const interrupt = () => {
    const added = process.listeners('SIGINT').filter((listener) => !own.has(listener));
    if (isInterrupted || added.length === 0) return;
    isInterrupted = true;
    for (const listener of added) listener('SIGINT');
  };
  const writer = {
    write(text: string) {
      output += text;
    },
    isTerminal: false,
    columns: 80,
  };
  const host: Host = {
    stdout: writer,
    stderr: writer,
    cwd,
    env: {},
    now: () => performance.now(),
    setExitCode() {},
  };
  const watch = setInterval(() => {
    if (endless?.[1].test(output)) interrupt();
  }, 50);
  // References of networks are looked up from the current folder.
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const code = await main(words, host);
    return { code: code === (endless?.[2] ?? 0) ? 0 : code || -1, output };
  } finally {
    process.chdir(before);
    clearInterval(watch);
  }
}
