/**
 * A run's history on disk: `events.jsonl` and TensorBoard files.
 *
 * A run that goes back to a checkpoint trains the steps after it again. So that curves are not
 * doubled, opening the log at a step drops the lines of later steps, checkpoints and epochs from
 * events.jsonl; what happened (warnings, rewinds, broken images, changes of status) stays. TensorBoard
 * files are never rewritten: each opening starts a new one, whose first record tells TensorBoard to
 * hide later steps of the files before.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { defined } from '../contract/defined.ts';
import { type Disk, errorCode } from '../disk/disk.ts';
import { encodeFileStart, encodeScalars, eventFileName } from '../formats/tfevents.ts';
import { AppendFile } from './append-file.ts';
import { type LearningEvent, REPLAYED_EVENTS, type TrainingEvent } from './events.ts';
import type { RunFolder } from './run-folder.ts';

export class EventLog {
  readonly #lines: AppendFile;
  readonly #board: AppendFile;

  private constructor(lines: AppendFile, board: AppendFile) {
    this.#lines = lines;
    this.#board = board;
  }

  /**
   * @param step completed steps of the state that training continues from
   * @param time ms since 1970
   */
  static async open(run: RunFolder, step: number, time: number, disk: Disk): Promise<EventLog> {
    await dropLaterEvents(run.eventsFile, step, disk);
    await disk.makeFolder(run.tensorboardDir);
    const boardFile = freeName(run.tensorboardDir, time);
    const board = new AppendFile(disk, boardFile, 0);
    await board.append(encodeFileStart(time / 1000, step + 1));
    const { size } = statSync(run.eventsFile, { throwIfNoEntry: false }) ?? { size: 0 };
    return new EventLog(new AppendFile(disk, run.eventsFile, size), board);
  }

  /** Whether somebody has removed one of its files while they were written. */
  get isRemoved(): boolean {
    return this.#lines.isRemoved || this.#board.isRemoved;
  }

  /** @throws StudioError `disk-full`; nothing is lost, the next write or `flush` carries it */
  async write(event: TrainingEvent): Promise<void> {
    await this.#lines.append(new TextEncoder().encode(`${JSON.stringify(event)}\n`));
    const scalars = scalarsOf(event);
    if (scalars !== undefined) {
      await this.#board.append(encodeScalars(event.time / 1000, event.step, scalars));
    }
  }

  async flush(): Promise<void> {
    await this.#lines.flush();
    await this.#board.flush();
  }

  async sync(): Promise<void> {
    await this.#lines.sync();
    await this.#board.sync();
  }

  async close(): Promise<void> {
    await this.#lines.close();
    await this.#board.close();
  }
}

/**
 * Events of a run so far, one by one; a last line that is still being written is left out.
 *
 * @param types of these types alone; other lines, which are most, are not parsed
 */
export async function* readEvents(
  file: string,
  types?: readonly TrainingEvent['type'][],
): AsyncGenerator<TrainingEvent> {
  const marks = types?.map((type) => `"type":"${type}"`);
  for await (const { event } of eventLines(file, marks))
    if (types === undefined || types.includes(event.type)) yield event;
}

async function dropLaterEvents(file: string, step: number, disk: Disk): Promise<void> {
  if (!existsSync(file)) return;
  const beside = `${file}.tmp-${process.pid}`;
  await disk.remove(beside);
  const kept = new AppendFile(disk, beside, 0);
  try {
    let block: string[] = [];
    for await (const { line, event } of eventLines(file)) {
      if (REPLAYED_EVENTS.has(event.type) && event.step > step) continue;
      if (block.push(line) < 1000) continue;
      await kept.append(Buffer.from(`${block.join('\n')}\n`));
      block = [];
    }
    // An empty piece still makes the file that is renamed below.
    await kept.append(Buffer.from(block.length === 0 ? '' : `${block.join('\n')}\n`));
    await kept.sync();
    await kept.close();
    await disk.rename(beside, file);
  } catch (error) {
    await kept.close();
    await disk.remove(beside);
    throw error;
  }
}

/** @param marks texts of which a line must hold one */
async function* eventLines(
  file: string,
  marks?: readonly string[],
): AsyncGenerator<{ line: string; event: TrainingEvent }> {
  let stream: ReturnType<typeof createReadStream>;
  try {
    stream = createReadStream(file, 'utf8');
    await new Promise<void>((resolve, reject) => {
      stream.once('open', () => resolve());
      stream.once('error', reject);
    });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  for await (const line of createInterface({
    input: stream,
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (marks !== undefined && !marks.some((mark) => line.includes(mark))) continue;
    const event = parseLine(line);
    if (event !== undefined) yield { line, event };
  }
}

/** Undefined for what a crash cut short. */
function parseLine(line: string): TrainingEvent | undefined {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null && 'type' in event
      ? (event as TrainingEvent)
      : undefined;
  } catch {
    return undefined;
  }
}

function scalarsOf(event: TrainingEvent): Record<string, number> | undefined {
  if (event.type === 'evaluation') {
    return Object.fromEntries(
      Object.entries(event.values).map(([name, value]) => [`evaluation/${tagOf(name)}`, value]),
    );
  }
  if (event.type === 'machine') {
    return defined({
      'machine/cpu_share': event.cpuShare,
      'machine/machine_cpu_share': event.machineCpuShare,
      'machine/machine_memory_bytes': event.machineMemoryBytes,
      'machine/gpu_use': event.gpuUse,
      'machine/gpu_memory_bytes': event.gpuMemoryBytes,
    });
  }
  if (event.type === 'learning') return learningScalars(event);
  if (event.type !== 'step') return undefined;
  return {
    'train/loss': event.loss,
    [`train/${tagOf(event.scoreName)}`]: event.score,
    'train/grad_norm': event.gradNorm,
    'train/lr': event.lr,
    'train/weight_decay': event.weightDecay,
    'train/ema_momentum': event.emaMomentum,
    'speed/images_per_second': event.imagesPerSecond,
    'speed/data_wait_ms': event.dataWaitMs,
    'speed/step_ms': event.stepMs,
    'memory/rss_bytes': event.rssBytes,
  };
}

/** Single numbers under their names, lists by their elements. */
function learningScalars({ type: _, step: __, time: ___, ...measures }: LearningEvent) {
  const { matchByVisible, attentionEntropy, gradientNorms, measureMs, ...numbers } = measures;
  const listed: [string, number][] = [
    ...Object.entries(numbers).map(([name, value]): [string, number] => [tagOf(name), value]),
    ...matchByVisible.map(({ visible, match }): [string, number] => [
      `match_by_visible/${visible}`,
      match,
    ]),
    ...attentionEntropy.map((share, block): [string, number] => [
      `attention_entropy/${block}`,
      share,
    ]),
    ...gradientNorms.map(({ part, norm }): [string, number] => [`gradient_norm/${part}`, norm]),
    ['measure_ms', measureMs],
  ];
  return Object.fromEntries(listed.map(([name, value]) => [`learning/${name}`, value]));
}

/** `tokenMatch` is `token_match`, as names in TensorBoard are written. */
function tagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A rewind within a millisecond of the start must not write into the first file. */
function freeName(folder: string, time: number): string {
  for (let at = time; ; at++) {
    const file = path.join(folder, eventFileName(at / 1000, os.hostname(), process.pid));
    if (!existsSync(file)) return file;
  }
}
