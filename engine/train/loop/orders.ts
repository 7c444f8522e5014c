/** What a run is told while it trains, by the control inbox, the operating system, or its host. */
import type { RunCommand } from '../../runs/control-inbox.ts';
import type { StatusReason } from '../../runs/events.ts';
import type { RunSession } from '../../runs/run-session.ts';
import { type InterruptSource, type Interrupts, watchInterrupts } from './interrupts.ts';

export class Orders {
  readonly #session: RunSession;
  readonly #signal: AbortSignal | undefined;
  readonly #interrupts: Interrupts;
  #paused = false;
  #stop: StatusReason | undefined;

  constructor(
    session: RunSession,
    source: InterruptSource,
    {
      signal,
      onInterrupt,
    }: {
      readonly signal?: AbortSignal | undefined;
      readonly onInterrupt?: ((signal: NodeJS.Signals) => void) | undefined;
    },
  ) {
    this.#session = session;
    this.#signal = signal;
    this.#interrupts = watchInterrupts(source, session.clock, onInterrupt);
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The signal that asked the process to end. */
  get interruptedBy(): NodeJS.Signals | undefined {
    return this.#interrupts.received;
  }

  /** Why the run should stop and keep its state; undefined while it should not. */
  get stop(): StatusReason | undefined {
    return this.#stop;
  }

  /** Look for new orders. @returns the commands that came, oldest first */
  async poll(step: number): Promise<RunCommand[]> {
    const { commands, ignored } = this.#session.takeCommands();
    for (const name of ignored) {
      const message = `The command file ${name} could not be understood.`;
      await this.#session.warn(step, 'command-ignored', message);
    }
    for (const command of commands) {
      if (command === 'pause') this.#paused = true;
      if (command === 'resume') this.#paused = false;
      if (command === 'stop') this.#stop ??= { code: 'asked', message: 'Stopped by request.' };
    }
    const { received } = this.#interrupts;
    if (received !== undefined) {
      this.#stop ??= { code: 'interrupted', message: `Stopped by ${received}.` };
    }
    if (this.#signal?.aborted) this.#stop ??= { code: 'asked', message: 'Stopped by request.' };
    return commands;
  }

  dispose(): void {
    this.#interrupts.dispose();
  }
}
