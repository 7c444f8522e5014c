/** The exit code by which shells know that a program was ended by a signal. */
import os from 'node:os';

/** 130 for SIGINT (Ctrl-C), 143 for SIGTERM. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + os.constants.signals[signal];
}
