import os from 'node:os';
import { expect, it } from 'vitest';
import { inProcessRanks } from '../../collectives/testing/in-process.ts';
import { StudioError } from '../../contract/errors.ts';
import { rankDevice, type TestDevice } from './rank-devices.ts';

const works = async (name: string) => ({ id: name, name: `A ${name.split(':')[0]} device` });

function devicesOf(hosts: string, devices: string[], test: TestDevice = works) {
  const machines = [...hosts].map((host) => ({ host }));
  const wanted = { devices, precision: 'float32' } as const;
  return Promise.allSettled(
    inProcessRanks(machines.length).map((ranks) => rankDevice(ranks, machines, wanted, test)),
  );
}

const reasonOf = async (...given: Parameters<typeof devicesOf>) => {
  const all = await devicesOf(...given);
  const reasons = all.map((each) => (each.status === 'rejected' ? each.reason : undefined));
  // All ranks know.
  expect(reasons.every((reason) => reason?.code === 'rank-failed')).toBe(true);
  return String(reasons[0].message);
};

it('gives each rank of a machine the device of its place', async () => {
  const all = await devicesOf('abab', ['cuda', 'cuda:1']);
  const ids = all.map((each) => (each.status === 'fulfilled' ? each.value.id : each.reason));
  expect(ids).toEqual(['cuda', 'cuda', 'cuda:1', 'cuda:1']);
});

it('refuses a device that fails its self-test, by rank, host and reason', async () => {
  const fails = async (name: string) => {
    if (name === 'cuda:1')
      throw new StudioError('devices-failing', 'cuda:1 fails its self-test.', {
        details: { failures: [] },
      });
    return works(name);
  };
  expect(await reasonOf('aa', ['cuda:0', 'cuda:1'], fails)).toMatch(
    /^Rank 1 on .+ cannot take part: cuda:1 fails its self-test\.$/,
  );
});

it('refuses devices of several kinds, whose weights would drift apart', async () => {
  expect(await reasonOf('aa', ['cpu', 'cpu:onednn'])).toBe(
    `Rank 1 on ${os.hostname()} would compute on cpu:onednn, and rank 0 on cpu.`,
  );
});

it('refuses other numbers of ranks than of devices on a host', async () => {
  expect(await reasonOf('aab', ['cpu', 'cpu'])).toBe(
    'Host b has 1 ranks, and --devices names 2 devices.',
  );
});

it('warns where the cards of a kind are others, and tests one after the other', async () => {
  let atOnce = 0;
  const cards: TestDevice = async (id) => {
    expect(++atOnce).toBe(1);
    await new Promise(setImmediate);
    atOnce--;
    return { id, name: id === 'cuda' ? 'A100' : 'T4' };
  };
  const [first] = await devicesOf('aa', ['cuda', 'cuda:1'], cards);
  expect(first).toMatchObject({
    value: { notices: [{ code: 'ranks-unlike', message: expect.stringContaining('A100, T4') }] },
  });
});
