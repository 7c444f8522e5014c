/** Commands that train on several ranks: rank 0 runs the command, the others follow it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Collectives } from '../../collectives/collectives.ts';
import { launchedRanks } from '../../collectives/launched.ts';
import { isStudioError, type StudioError, toStudioError } from '../../contract/errors.ts';
import type { OptionRule } from '../../contract/jobs/fields.ts';
import { usageError } from '../../contract/usage-error.ts';
import type { CommandCall } from '../command.ts';
import { exitCodeOf, reportError } from '../report-error.ts';
import { RANK_FOLDER, RankFolder } from './rank-folder.ts';

/** Of a rank that does not respond, in seconds. */
const LIMIT_S = 60;

export const RANK_OPTIONS = {
  'rank-timeout': {
    value: 'SECONDS',
    help: `After how long a rank that does not respond ends all (default ${LIMIT_S}; 0: never).`,
  },
} as const satisfies Record<string, OptionRule>;

/** Longer than the command that started the ranks needs to end them. */
const ENDED_MS = 10_000;

/**
 * An error on any rank ends all, since the others would wait for it. With `--ranks` a command that was
 * started alone starts itself on so many.
 *
 * @param train   what rank 0 does, without ranks where the process was started alone
 * @param devices of the ranks of this machine
 */
export async function onRanks(
  call: CommandCall,
  train: (ranks: Collectives | undefined) => Promise<void>,
  devices?: readonly string[],
): Promise<void> {
  const { args, out, host, parts } = call;
  if (devices !== undefined) checkDevices(args, devices);
  const wanted = args.integer('ranks') ?? devices?.length;
  if (launchedRanks(host.env) === undefined) {
    if (wanted === undefined || wanted === 1) return train(undefined);
    return parts.startRanks(host, { argv: call.argv, isJson: out.json, ranks: wanted });
  }
  // MPICH's launcher sends it when a rank has ended, and Node would open its debugger to other programs.
  process.on('SIGUSR1', () => {});
  const opened = await parts.openCollectives(host.env);
  // Of several hosts each has the devices.
  if (wanted !== undefined && devices === undefined && wanted !== opened.size)
    throw usageError(
      `--ranks ${wanted} asks for another number of ranks than the launcher has started, ${opened.size}.`,
    );
  if (opened.size === 1) return train(undefined);
  const limitMs = 1000 * (args.integer('rank-timeout', 0) ?? LIMIT_S);
  const ranks = await parts.watchedRanks(opened, limitMs);
  try {
    if (ranks.rank === 0) await train(ranks);
    else await parts.followRun(ranks);
    await ranks.close();
  } catch (thrown) {
    const error = toStudioError(thrown);
    ranks.tell(error);
    const folder = host.env[RANK_FOLDER];
    // Rank 0 tells what it was told or has found, and ends all, unless it is lost itself.
    const isFirstLost = isStudioError(error, 'rank-lost') && error.details.rank === 0;
    if (ranks.rank !== 0 && !isFirstLost) await sleep(ENDED_MS);
    else if (folder !== undefined) await leaveToStarter(folder, error);
    else if (ranks.rank === 0) reportError(error, out);
    else out.note(`Error of rank ${ranks.rank} of ${ranks.size}: ${error.message}`);
    await ranks.abort(exitCodeOf(error));
  }
}

/** @throws StudioError `usage` */
function checkDevices(args: CommandCall['args'], devices: readonly string[]): void {
  if (args.text('device') !== undefined)
    throw usageError('--device and --devices exclude each other.');
  const ranks = args.integer('ranks');
  if (ranks !== undefined && ranks !== devices.length)
    throw usageError(`--devices names ${devices.length} devices for --ranks ${ranks}.`);
  if (devices.includes('auto'))
    throw usageError('--devices names each device; auto chooses only one, with --device.');
}

/** The command that started the ranks reports the error and ends them, without what their launcher says. */
async function leaveToStarter(folder: string, error: StudioError): Promise<void> {
  new RankFolder(folder).writeResult({ exitCode: exitCodeOf(error), error: error.toJSON() });
  await sleep(ENDED_MS);
}
