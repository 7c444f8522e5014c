/**
 * Being asked to end by the operating system or the terminal.
 *
 * The first request lets training save and end in order; a later one ends the process at once. Requests close to the first are the same one: npm passes on the Ctrl+C
 * that the terminal has sent already.
 */
import { signalExitCode } from '../../platform/signal-exit-code.ts';
import type { Clock } from '../../runs/clock.ts';

const SAME_REQUEST_MS = 500;

/** Where requests come from: `process`, or a stand-in. */
export interface InterruptSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
  exit?(code: number): void;
}

export interface Interrupts {
  /** The first signal that has arrived. */
  readonly received: NodeJS.Signals | undefined;
  dispose(): void;
}

/** SIGBREAK is Ctrl+Break and the closing console on Windows. */
export const INTERRUPT_SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGBREAK'] : ['SIGINT', 'SIGTERM'];

/** @param onFirst told of the first signal, as it arrives */
export function watchInterrupts(
  source: InterruptSource,
  clock: Pick<Clock, 'elapsed'>,
  onFirst: (signal: NodeJS.Signals) => void = () => {},
): Interrupts {
  let received: NodeJS.Signals | undefined;
  let since = 0;
  const listeners = INTERRUPT_SIGNALS.map((signal) => {
    const listener = () => {
      if (received === undefined) {
        received = signal;
        since = clock.elapsed();
        onFirst(signal);
      } else if (clock.elapsed() - since > SAME_REQUEST_MS) {
        source.exit?.(signalExitCode(signal));
      }
    };
    source.on(signal, listener);
    return { signal, listener };
  });
  return {
    get received() {
      return received;
    },
    dispose() {
      for (const { signal, listener } of listeners) source.off(signal, listener);
    },
  };
}
