/** What each rank of a run computes on where a machine has a device for each: named, tested, and of one kind. */
import os from 'node:os';
import type { Collectives } from '../../collectives/collectives.ts';
import { type ErrorRecord, StudioError } from '../../contract/errors.ts';
import type { Precision } from '../../contract/precision.ts';
import { testedDevice } from '../../devices/tested-device.ts';
import type { Device } from '../../executors/executor.ts';
import type { Notice, RunRank } from '../../runs/events.ts';
import { errorOf } from './error-of.ts';
import { gatherJson } from './messages.ts';
import type { RankMachine } from './rank-machine.ts';

/** Finds a device of this machine and tests it, unless it was. */
export type TestDevice = (
  name: string,
  precision: Precision,
) => Promise<Pick<Device, 'id' | 'name'>>;

interface Wanted {
  /** One for each rank of a machine. */
  readonly devices: readonly string[];
  readonly precision: Precision;
}

type Report = Pick<RunRank, 'host'> &
  (Pick<Device, 'id' | 'name'> | { readonly error: ErrorRecord });

/**
 * The device of this rank. All ranks call it.
 *
 * @param machines of all ranks
 * @throws StudioError `rank-failed` on all ranks, where one has no device of its own, one that fails its
 *   self-test, or one of another kind than rank 0
 */
export async function rankDevice(
  ranks: Collectives,
  machines: readonly Pick<RankMachine, 'host'>[],
  { devices, precision }: Wanted,
  test: TestDevice = testedDevice,
): Promise<{ readonly id: string; readonly notices: Notice[] }> {
  checkPlaces(machines, devices);
  const place = placeOf(ranks.rank, machines);
  let own: Report | undefined;
  // One after the other, since tests also time devices.
  for (const [turn, name] of devices.entries()) {
    if (turn === place) own = { host: os.hostname(), ...(await reportOn(name, precision, test)) };
    await ranks.barrier();
  }
  const all = (await gatherJson(ranks, own!)).map((report, rank) => {
    if ('error' in report) throw cannot(rank, report.host, report.error);
    return { rank, ...report };
  });
  checkKinds(all);
  return { id: all[ranks.rank]!.id, notices: noticesOf(all) };
}

async function reportOn(name: string, precision: Precision, test: TestDevice) {
  try {
    const { id, name: title } = await test(name, precision);
    return { id, name: title };
  } catch (error) {
    return { error: errorOf(error) };
  }
}

/** The number of a rank among those of its machine. */
function placeOf(rank: number, machines: readonly Pick<RankMachine, 'host'>[]): number {
  const { host } = machines[rank]!;
  return machines.slice(0, rank).filter((each) => each.host === host).length;
}

/** @throws StudioError `rank-failed` */
function checkPlaces(
  machines: readonly Pick<RankMachine, 'host'>[],
  devices: readonly string[],
): void {
  const hosts = [...new Set(machines.map(({ host }) => host))];
  for (const host of hosts) {
    const count = machines.filter((each) => each.host === host).length;
    if (count === devices.length) continue;
    throw new StudioError(
      'rank-failed',
      `Host ${host} has ${count} ranks, and --devices names ${devices.length} devices.`,
      {
        advice: 'Name a device for each rank of a host, or start as many ranks as devices.',
        details: { rank: machines.findIndex((each) => each.host === host), host },
      },
    );
  }
}

export function cannot(rank: number, host: string, error: ErrorRecord): StudioError {
  return new StudioError(
    'rank-failed',
    `Rank ${rank} on ${host} cannot take part: ${error.message}`,
    { advice: error.advice, details: { rank, host, code: error.code } },
  );
}

type Found = Pick<RunRank, 'rank' | 'host'> & Pick<Device, 'id' | 'name'>;

/** `cuda:1` is of the kind `cuda`. */
const kindOf = ({ id }: Pick<Device, 'id'>) => id.replace(/:\d+$/, '');

/**
 * Each rank updates its own weights by the sums that all have, and kinds of devices round differently.
 *
 * @throws StudioError `rank-failed`
 */
function checkKinds(all: readonly Found[]): void {
  const [first] = all;
  const other = all.find((each) => kindOf(each) !== kindOf(first!));
  if (other === undefined) return;
  const { rank, host, id } = other;
  throw new StudioError(
    'rank-failed',
    `Rank ${rank} on ${host} would compute on ${id}, and rank 0 on ${first!.id}.`,
    {
      advice:
        'Name devices of one kind: others round differently, so the networks of the ranks would drift apart.',
      details: { rank, host },
    },
  );
}

function noticesOf(all: readonly Found[]): Notice[] {
  const names = [...new Set(all.map(({ name }) => name))];
  if (names.length === 1) return [];
  return [
    {
      code: 'ranks-unlike',
      message: `The ranks compute on different devices: ${names.join(', ')}.`,
      advice: 'All wait for the slowest one in each step.',
    },
  ];
}
