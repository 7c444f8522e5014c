/** Everything of the process that a command touches, injected so that tests run commands in place. */

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
}

/** A stream whose reader may go away: from then on it swallows text, and the command goes on. */
function writer(stream: NodeJS.WriteStream): Writer {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    closed = true;
  });
  return {
    write(text) {
      if (!closed) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 100;
    },
  };
}

export function processHost(): Host {
  return {
    stdout: writer(process.stdout),
    stderr: writer(process.stderr),
    cwd: process.cwd(),
    env: process.env,
    now: () => performance.now(),
    setExitCode(code) {
      process.exitCode = code;
    },
  };
}
