// A program that makes a step for each line of its standard input and answers with a JSON object a line.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import readline from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ROOT } from '../../build/root.ts';
import { allocatorEnvironment } from '../../engine/platform/allocator-environment.ts';

export interface MadeStep {
  readonly stepMs: number;
  /** of all threads */
  readonly cpuMs: number;
  /** the largest resident memory so far */
  readonly peakBytes: number;
}

interface Started {
  readonly process: StepProcess;
  /** of the program's library */
  readonly version: string | undefined;
}

export class StepProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor([program, ...args]: readonly string[]) {
    this.#child = spawn(program!, args, {
      cwd: ROOT,
      // As jobs are started, for all programs; each sets how its threads wait.
      env: {
        ...process.env,
        ...allocatorEnvironment(process.env),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = readline.createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @returns why it makes no steps here, or the process, which is ready to make them */
  static async start(command: readonly string[]): Promise<Started | { readonly notRun: string }> {
    const process = new StepProcess(command);
    const { notRun, version } = (await process.#answer()) as { notRun?: string; version?: string };
    return notRun === undefined ? { process, version } : { notRun };
  }

  async step(): Promise<MadeStep> {
    this.#child.stdin.write('\n');
    return (await this.#answer()) as MadeStep;
  }

  async end(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await gone;
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#child.spawnargs.join(' ')} ended`);
    return JSON.parse(value);
  }
}
