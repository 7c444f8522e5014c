/** How commands report an error, and which exit code it has. */
import type { ErrorCode } from '../contract/error-codes.ts';
import { isStudioError, type StudioError } from '../contract/errors.ts';
import { signalExitCode } from '../platform/signal-exit-code.ts';
import type { Command } from './command.ts';
import type { Output } from './output.ts';
import { usageLine } from './show-help.ts';

/** Errors that the caller can fix on the command line. */
export const USAGE_CODES = new Set<ErrorCode>([
  'usage',
  'recipe-invalid',
  'recipe-unknown',
  'recipe-file-invalid',
  'device-unknown',
  'import-no-such-network',
]);

/** Shows an error, with the usage of the command where it was used wrongly. */
export function reportError(error: StudioError, out: Output, command?: Command): void {
  out.record(error.toJSON());
  out.note(`Error: ${error.message}`);
  if (error.advice !== undefined) out.note(error.advice);
  if (error.code === 'usage') {
    if (command !== undefined) out.note(usageLine(command));
    out.note(`More: conmim help${command === undefined ? '' : ` ${command.name}`}`);
  }
  if (error.code === 'internal' && error.cause instanceof Error && error.cause.stack) {
    out.note(error.cause.stack);
  }
}

export function exitCodeOf(error: StudioError): number {
  if (
    isStudioError(error, 'comparison-stopped', 'study-stopped') &&
    error.details.signal !== undefined
  )
    return signalExitCode(error.details.signal as NodeJS.Signals);
  return USAGE_CODES.has(error.code) ? 2 : 1;
}
