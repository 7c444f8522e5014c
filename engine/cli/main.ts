/**
 * The `conmim` command.
 *
 * Exit codes: 0 done, 1 failed, 2 wrong usage, 130 and 143 ended by Ctrl-C and SIGTERM. With `--json`, a failure is also an object
 * `{"type":"error","code","message",…}` on stdout.
 */
import '../platform/quiet-environment.ts';
import path from 'node:path';
import { toStudioError } from '../contract/errors.ts';
import { removeTelemetryLeftovers } from '../platform/telemetry-leftovers.ts';
import { type Command, readArguments } from './command.ts';
import { commandTable } from './command-table.ts';
import { findCommand } from './find-command.ts';
import { countOf } from './format.ts';
import { type Host, processHost } from './host.ts';
import { Output } from './output.ts';
import { type EngineParts, engineParts } from './parts.ts';
import { exitCodeOf, reportError } from './report-error.ts';
import { showHelp } from './show-help.ts';

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
      else await command.run({ argv, args, out, host: counted, parts, commands: commandTable });
    }
  } catch (thrown) {
    const error = toStudioError(thrown);
    reportError(error, out, command);
    exitCode = exitCodeOf(error);
  }
  host.setExitCode(exitCode);
  return exitCode;
}
