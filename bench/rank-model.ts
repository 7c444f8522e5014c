// Speed of 8 to 256 hosts, computed from the newest rows of bench/results/ranks.csv: writes the tables of
// docs/devices.md.
//   npm run bench:rank-model
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { plainArguments } from '../build/arguments.ts';
import { row, writeGenerated } from '../build/generated-page.ts';
import { ROOT } from '../build/root.ts';
import { BUCKET_BYTES } from '../engine/tasks/shared/gradient-buckets.ts';
import { exposedMs, ringMs, stepOnRanks } from '../engine/train/ranks/rank-model.ts';
import { ONEDNN_STEP, SUM_WINDOW } from './rank-rows.ts';

const HOSTS = [8, 16, 32, 64, 128, 256];
const GIGABITS = [10, 25, 100];
/** Share of its rate that a connection reaches with TCP: assumed. */
const REACHED = 0.9;
/** From the start of a message to its first byte, over TCP and a switch, ms: assumed. */
const LATENCY_MS = 0.05;

interface Training {
  readonly name: string;
  /** of a host with its share of the batch */
  readonly stepMs: number;
  readonly parameters: number;
  /** whether the executor tells of gradients while it computes */
  readonly overlaps: boolean;
}

const TRAININGS: readonly Training[] = [
  // bench/results/step.csv; parameters with the projector.
  {
    name: '`small`, 32 images a host, two cores, sums during the backward pass',
    stepMs: 7495,
    parameters: 41_600_000,
    overlaps: true,
  },
  {
    name: '`base`, a card that takes 200 ms a step (assumed), sums after it',
    stepMs: 200,
    parameters: 107_800_000,
    overlaps: false,
  },
];

export async function main(args: string[]): Promise<void> {
  plainArguments(args, 0);
  const file = path.join(ROOT, 'bench', 'results', 'ranks.csv');
  const rows = rowsOf(readFileSync(file, 'utf8'));
  const hostMsPerByte = hostTime(rows);
  const window = windowShare(rows);
  const host = `A host spends ${(hostMsPerByte * 1e6).toFixed(1)} ms on a megabyte of gradients.`;
  const overlap =
    window === 0
      ? 'Overlap has not been measured, so none is assumed.'
      : `On oneDNN ${(100 * window).toFixed(0)} % of a step go on after the first gradients are ready.`;
  const tables = TRAININGS.map((training) =>
    tableOf(training, hostMsPerByte, training.overlaps ? window : 0),
  );
  const text = [`${host} ${overlap}`, ...tables].join('\n\n');
  writeGenerated('devices.md', `${text}\n`);
  process.stdout.write(`${text}\n`);
}

function tableOf(training: Training, hostMsPerByte: number, window: number): string {
  const rates = GIGABITS.flatMap((rate) => [`${rate} Gb/s`, `${rate} Gb/s, bfloat16`]);
  const rows = HOSTS.map((hosts) =>
    row([
      hosts,
      ...GIGABITS.flatMap((rate) =>
        [4, 2].map((bytesEach) => {
          const speed = efficiency(training, hosts, rate, bytesEach, hostMsPerByte, window);
          return `${(100 * speed).toFixed(0)} %`;
        }),
      ),
    ]),
  );
  const heads = [row(['hosts', ...rates]), row(['---', ...rates.map(() => '---')])];
  return [`${training.name}:\n`, ...heads, ...rows].join('\n');
}

/**
 * Speed of each host as a share of that of one alone.
 *
 * @param window share of a step that is computed after the first gradients are ready; 0: sums come after it
 */
function efficiency(
  { stepMs, parameters }: Training,
  hosts: number,
  gigabits: number,
  bytesEach: number,
  hostMsPerByte: number,
  window: number,
): number {
  const bytesPerMs = (gigabits * 1e9 * REACHED) / 8 / 1000;
  const bytes = parameters * bytesEach;
  const sumMs = ringMs({ ranks: hosts, bytes, bytesPerMs, latencyMs: LATENCY_MS });
  const lastShare = BUCKET_BYTES / (4 * parameters);
  const waitedMs = exposedMs({ sumMs, windowMs: window * stepMs, lastShare });
  const hostMs = hostMsPerByte * parameters * 4;
  return stepOnRanks({ stepMs, sumMs: waitedMs, hostMs }).efficiency;
}

/**
 * What a byte of gradients costs a host beside the wire (copies, additions, norm): the time of processors
 * that a step on two ranks of one machine takes beyond that on one, and at least what the sum of the largest
 * array takes through shared memory, since the former is a small difference of large times.
 */
function hostTime(rows: readonly Row[]): number {
  const [one, two] = [newest(rows, 'step', 1)!, newest(rows, 'step', 2)!];
  const beyond = (Number(two['ownCpuMs']) - Number(one['ownCpuMs'])) / Number(two['bytes']);
  const sum = newest(rows, 'allreduce', 2)!;
  return Math.max(beyond, Number(sum['ownMs']) / Number(sum['bytes']));
}

/** Share of a step that is computed after the first gradients are ready; 0 where that was not measured. */
function windowShare(rows: readonly Row[]): number {
  const [window, step] = [newest(rows, SUM_WINDOW, 2), newest(rows, ONEDNN_STEP, 2)];
  if (window === undefined || step === undefined) return 0;
  return Number(window['ownMs']) / Number(step['ownMs']);
}

type Row = Readonly<Record<string, string>>;

function newest(rows: readonly Row[], what: string, ranks: number): Row | undefined {
  return rows.findLast((one) => one['what'] === what && one['ranks'] === String(ranks));
}

function rowsOf(csv: string): Row[] {
  const [header, ...lines] = csv.trim().split('\n');
  const columns = header!.split(',');
  return lines.map((line) => {
    const cells = line.match(/("[^"]*"|[^,]+)/g)!.map((cell) => cell.replaceAll('"', ''));
    return Object.fromEntries(columns.map((column, i) => [column, cells[i]!]));
  });
}
