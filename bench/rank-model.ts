// Speed of 8 to 256 hosts, computed from the newest rows of bench/results/ranks.csv: writes the tables of
// docs/devices.md.
//   npm run bench:rank-model
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { plainArguments } from '../build/arguments.ts';
import { row, writeGenerated } from '../build/generated-page.ts';
import { ROOT } from '../build/root.ts';
import { ringMs, stepOnRanks } from '../engine/train/ranks/rank-model.ts';

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
}

const TRAININGS: readonly Training[] = [
  // bench/results/step.csv; parameters with the projector.
  { name: '`small`, 32 images a host, two cores', stepMs: 7495, parameters: 41_600_000 },
  {
    name: '`base`, a card that takes 200 ms a step (assumed)',
    stepMs: 200,
    parameters: 107_800_000,
  },
];

export async function main(args: string[]): Promise<void> {
  plainArguments(args, 0);
  const file = path.join(ROOT, 'bench', 'results', 'ranks.csv');
  const hostMsPerByte = hostTime(readFileSync(file, 'utf8'));
  const host = `A host spends ${(hostMsPerByte * 1e6).toFixed(1)} ms on a megabyte of gradients.`;
  const text = [host, ...TRAININGS.map((training) => tableOf(training, hostMsPerByte))].join(
    '\n\n',
  );
  writeGenerated('devices.md', `${text}\n`);
  process.stdout.write(`${text}\n`);
}

function tableOf(training: Training, hostMsPerByte: number): string {
  const rates = GIGABITS.flatMap((rate) => [`${rate} Gb/s`, `${rate} Gb/s, bfloat16`]);
  const rows = HOSTS.map((hosts) =>
    row([
      hosts,
      ...GIGABITS.flatMap((rate) =>
        [4, 2].map((bytesEach) => {
          const speed = efficiency(training, hosts, rate, bytesEach, hostMsPerByte);
          return `${(100 * speed).toFixed(0)} %`;
        }),
      ),
    ]),
  );
  const heads = [row(['hosts', ...rates]), row(['---', ...rates.map(() => '---')])];
  return [`${training.name}:\n`, ...heads, ...rows].join('\n');
}

/** Speed of each host as a share of that of one alone. */
function efficiency(
  { stepMs, parameters }: Training,
  hosts: number,
  gigabits: number,
  bytesEach: number,
  hostMsPerByte: number,
): number {
  const bytesPerMs = (gigabits * 1e9 * REACHED) / 8 / 1000;
  const bytes = parameters * bytesEach;
  const sumMs = ringMs({ ranks: hosts, bytes, bytesPerMs, latencyMs: LATENCY_MS });
  return stepOnRanks({ stepMs, sumMs, hostMs: hostMsPerByte * parameters * 4 }).efficiency;
}

/**
 * What a byte of gradients costs a host beside the wire (copies, additions, norm): the time of processors
 * that a step on two ranks of one machine takes beyond that on one, its sum through shared memory included.
 */
function hostTime(csv: string): number {
  const [header, ...lines] = csv.trim().split('\n');
  const columns = header!.split(',');
  const rows = lines.map((line) => {
    const cells = line.match(/("[^"]*"|[^,]+)/g)!.map((cell) => cell.replaceAll('"', ''));
    return Object.fromEntries(columns.map((column, i) => [column, cells[i]!]));
  });
  const newest = (ranks: string) =>
    rows.findLast(({ what, ranks: of }) => what === 'step' && of === ranks)!;
  const [one, two] = [newest('1'), newest('2')];
  return Math.max(0, Number(two['ownCpuMs']) - Number(one['ownCpuMs'])) / Number(two['bytes']);
}
