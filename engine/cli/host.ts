/** Everything of the process that a command touches, injected so that tests run commands in place. */
import { createInterface } from 'node:readline/promises';
import { fileError, type StudioError } from '../contract/errors.ts';

export interface Writer {
  write(text: string): void;
  /** True when people watch: progress may redraw its line. */
  readonly isTerminal: boolean;
  /** Width in characters. */
  readonly columns: number;
}

export interface Host {
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, for progress only. */
  now(): number;
  setExitCode(code: number): void;
  /** Puts a question that is answered by yes or no; left out where nobody can be asked. */
  ask?(question: string): Promise<boolean>;
}

/**
 * A stream whose reader may go away, or whose disk may be full: from then on it swallows text, and the
 * command goes on. What a disk did not take is an error all the same, which `onLoss` gets.
 */
function writer(stream: NodeJS.WriteStream, onLoss: (error: StudioError) => void): Writer {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    const refused = fileError(error, 'the output');
    const isReaderGone = error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
    if (!isReaderGone && refused === undefined) throw error;
    if (refused !== undefined && !closed) onLoss(refused);
    closed = true;
  });
  return {
    write(text) {
      if (!closed) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      // Some pseudo terminals say 0.
      return stream.columns || 80;
    },
  };
}

/** No is what is meant by anything but yes. */
async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

export function processHost(): Host {
  let isIncomplete = false;
  const lose = () => {
    isIncomplete = true;
    process.exitCode ||= 1;
  };
  const stderr = writer(process.stderr, lose);
  return {
    stdout: writer(process.stdout, (error) => {
      lose();
      stderr.write(`Error: ${error.message}\n`);
    }),
    stderr,
    cwd: process.cwd(),
    env: process.env,
    now: () => performance.now(),
    setExitCode(code) {
      process.exitCode = isIncomplete ? code || 1 : code;
    },
    ...(process.stdin.isTTY ? { ask } : {}),
  };
}
