/** One of the ranks that a command has started: it runs the same command, and the first one prints. */
import { setInterval } from 'node:timers';
import { launchedRank } from '../../collectives/launched.ts';
import { processExists } from '../../platform/process-exists.ts';
import { type Host, processHost, type Writer } from '../host.ts';
import { main } from '../main.ts';
import { RANK_FOLDER, RankFolder, type RankStart } from './rank-folder.ts';

const LOOK_MS = 1000;

/** @param argv what follows `conmim` */
export async function runRank(argv: readonly string[]): Promise<void> {
  const dir = process.env[RANK_FOLDER];
  const rank = launchedRank(process.env);
  if (dir === undefined || rank === undefined)
    throw new Error('This process is started by conmim pretrain --ranks.');
  const folder = new RankFolder(dir);
  const start = folder.readStart();
  folder.join(rank);
  endWithout(start.parent);
  const host = rankHost(processHost(), rank, start);
  const exitCode = await main(argv, host);
  if (rank === 0) folder.writeResult({ exitCode });
}

/** Nobody else would end this process. */
function endWithout(parent: number): void {
  const look = () => processExists(parent) || process.kill(process.pid, 'SIGKILL');
  setInterval(look, LOOK_MS).unref();
}

function rankHost(host: Host, rank: number, { terminals }: RankStart): Host {
  const { stdout, stderr } = host;
  return {
    ...host,
    stdout: rank === 0 ? asTerminal(stdout, terminals.stdout) : { ...stdout, write() {} },
    stderr: asTerminal(stderr, rank === 0 ? terminals.stderr : undefined),
    // Launchers report at length what has another exit code than 0; the folder has it.
    setExitCode() {},
  };
}

/** What is written reaches a terminal of this width. */
function asTerminal(writer: Writer, width: number | undefined): Writer {
  return {
    write: (text) => writer.write(text),
    isTerminal: width !== undefined,
    columns: width ?? writer.columns,
  };
}
