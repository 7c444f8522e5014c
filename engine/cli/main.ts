/**
 * The `conmim` command.
 *
 * Exit codes: 0 done, 1 failed, 2 wrong usage, 130 and 143 ended by Ctrl-C and SIGTERM. With `--json`, a failure is also an object
 * `{"type":"error","code","message",…}` on stdout.
 */
import '../platform/quiet-environment.ts';
import path from 'node:path';
import type { ErrorCode } from '../contract/error-codes.ts';
import { isStudioError, type StudioError, toStudioError } from '../contract/errors.ts';
import { signalExitCode } from '../platform/signal-exit-code.ts';
import { removeTelemetryLeftovers } from '../platform/telemetry-leftovers.ts';
import { type Command, readArguments } from './command.ts';
import { commandTable } from './command-table.ts';
import { findCommand } from './find-command.ts';
import { countOf } from './format.ts';
import { type Host, processHost } from './host.ts';
import { Output } from './output.ts';
import { type EngineParts, engineParts } from './parts.ts';
import { showHelp, usageLine } from './show-help.ts';

/** Errors that the caller can fix on the command line. */
export const USAGE_CODES = new Set<ErrorCode>([
  'usage',
  'recipe-invalid',
  'recipe-unknown',
  'recipe-file-invalid',
  'device-unknown',
  'import-no-such-network',
]);

function report(error: StudioError, out: Output, command: Command | undefined): void {
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

function exitCodeOf(error: StudioError): number {
  if (
    isStudioError(error, 'comparison-stopped', 'study-stopped') &&
    error.details.signal !== undefined
  )
    return signalExitCode(error.details.signal as NodeJS.Signals);
  return USAGE_CODES.has(error.code) ? 2 : 1;
}

async function showVersion(out: Output): Promise<void> {
  const { programVersion } = await import('../platform/versions.ts');
  const version = programVersion();
  out.record({ type: 'version', version });
  out.result(version);
}

async function cleanUpOnce(out: Output): Promise<void> {
  const removed = await removeTelemetryLeftovers();
  if (removed.length === 0) return;
  const count = countOf(removed.length, 'file');
  const folders = [...new Set(removed.map((file) => path.dirname(file)))].join(' and ');
  out.note(
    `Removed, once, ${count} in ${folders} that ONNX Runtime's telemetry had written under earlier versions.`,
  );
}

/**
 * Runs one command to its end.
 *
 * @param argv  what follows `conmim`
 * @param given the process itself when left out
 * @returns the exit code, which is also given to the host
 */
export async function main(
  argv: readonly string[],
  given?: Host,
  parts: EngineParts = engineParts(),
): Promise<number> {
  const host = given ?? processHost();
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const out = new Output(host, argv.slice(0, end).includes('--json'));
  let exitCode = 0;
  const counted: Host = {
    ...host,
    setExitCode(code) {
      exitCode = code;
    },
  };
  let command: Command | undefined;
  if (given === undefined) await cleanUpOnce(out);
  try {
    const words = argv[0] === '--json' ? argv.slice(1) : argv;
    if (words[0] === '--version') await showVersion(out);
    else {
      const isHelp = words[0] === '--help' || words[0] === '-h';
      const found = await findCommand(commandTable, isHelp ? ['help', ...words.slice(1)] : words);
      command = found.command;
      const args = readArguments(command, found.rest);
      if (args.flag('help')) showHelp(out, found);
      else if (args.flag('version')) await showVersion(out);
      else await command.run({ args, out, host: counted, parts, commands: commandTable });
    }
  } catch (thrown) {
    const error = toStudioError(thrown);
    report(error, out, command);
    exitCode = exitCodeOf(error);
  }
  host.setExitCode(exitCode);
  return exitCode;
}
