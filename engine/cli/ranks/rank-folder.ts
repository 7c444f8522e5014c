/**
 * What a command and the ranks that it started tell each other besides their output: files in a folder
 * of their own, since launchers pass on neither signals nor exit codes as they are.
 *
 * `start.json` is written by the command, `rank-N.json` by each rank when it begins, and `result.json`
 * by the first one when it has ended or has failed, or by another where the first one is lost.
 */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RankMember } from '../../collectives/watch/member.ts';
import type { ErrorRecord } from '../../contract/errors.ts';

/** Longer than any result; what is longer is written where there is room. */
const RESULT_BYTES = 16_384;

/** The variable that names the folder to the ranks. */
export const RANK_FOLDER = 'CONMIM_RANK_FOLDER';

export interface RankStart {
  readonly ranks: number;
  /** Process of the command; ranks without it end. */
  readonly parent: number;
  /** Widths of its streams that people watch. */
  readonly terminals: { readonly stdout?: number; readonly stderr?: number };
}

export interface RankResult {
  readonly exitCode: number;
  /** That was not reported yet. */
  readonly error?: ErrorRecord;
}

export class RankFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The result has its room from now on, so that a disk that has become full does not hide it. */
  writeStart(start: RankStart): void {
    this.#write('start.json', start);
    writeFileSync(path.join(this.#folder, 'result.json.tmp'), Buffer.alloc(RESULT_BYTES, ' '));
  }

  readStart(): RankStart {
    return this.#read('start.json') as RankStart;
  }

  /** Tell that this process is a rank. */
  join(rank: number): void {
    const member: RankMember = { rank, host: os.hostname(), pid: process.pid };
    this.#write(`rank-${rank}.json`, member);
  }

  members(): RankMember[] {
    const names = readdirSync(this.#folder).filter((name) => /^rank-\d+\.json$/.test(name));
    return names.map((name) => this.#read(name) as RankMember).sort((a, b) => a.rank - b.rank);
  }

  writeResult(result: RankResult): void {
    this.#write('result.json', result);
  }

  /** Undefined until a rank has told how the command ended. */
  get result(): RankResult | undefined {
    if (!existsSync(path.join(this.#folder, 'result.json'))) return undefined;
    return this.#read('result.json') as RankResult;
  }

  /** A file appears with all that it holds. */
  #write(name: string, value: object): void {
    const file = path.join(this.#folder, name);
    const temporary = `${file}.tmp`;
    const text = JSON.stringify(value);
    // What has room is written over, since another file would take its own.
    const handle = openSync(temporary, existsSync(temporary) ? 'r+' : 'w');
    try {
      ftruncateSync(handle, writeSync(handle, text));
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  }

  #read(name: string): unknown {
    return JSON.parse(readFileSync(path.join(this.#folder, name), 'utf8'));
  }
}
