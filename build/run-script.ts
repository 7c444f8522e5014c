// Running of a script of build/ or bench/: `--help` prints the comment that it begins with, and what is wrong
// with its arguments is told in a sentence.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { StudioError } from '../engine/contract/errors.ts';
import { ArgumentError } from './arguments.ts';
import { ROOT } from './root.ts';

/** @param script its source, from the project's folder on. @returns the status of the process, if it is known */
export async function runScript(
  script: string | undefined,
  args: string[],
  { print, complain }: Output = PROCESS,
): Promise<number | undefined> {
  const source = script && path.join(ROOT, script);
  const built = script && path.join(ROOT, 'out', script.replace(/\.ts$/, '.js'));
  if (!source || !built || !existsSync(source) || !existsSync(built)) {
    complain(script === undefined ? 'Name a script.' : `There is no script ${script}.`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    print(headerOf(readFileSync(source, 'utf8')));
    return 0;
  }
  const { main } = await import(pathToFileURL(built).href);
  if (typeof main !== 'function') {
    complain(`${script} is a part of other scripts and does not run by itself.`);
    return 2;
  }
  try {
    await main(args);
    return undefined;
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    complain(`${fault}\nSee: node build/run.mjs ${script} --help`);
    return 2;
  }
}

interface Output {
  print(text: string): void;
  complain(text: string): void;
}

const PROCESS: Output = {
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
};

/** The comment that a source begins with, without its slashes. */
export function headerOf(source: string): string {
  const lines = source.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const comment = lines.slice(0, end < 0 ? lines.length : end);
  return comment.map((line) => line.replace(/^\/\/ ?/, '')).join('\n');
}

/** What was wrong with the arguments; undefined for other errors, whose stack tells where they are from. */
export function faultOf(error: unknown): string | undefined {
  if (error instanceof ArgumentError) return error.message;
  if (error instanceof StudioError) return `${error.message}\n${error.advice}`;
  const { code = '', message = '' } = error as { code?: unknown; message?: string };
  return `${code}`.startsWith('ERR_PARSE_ARGS') ? message : undefined;
}
