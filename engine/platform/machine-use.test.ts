import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { type CardUse, cardUse, MachineUse, type ProcessorTimes } from './machine-use.ts';

const memory = { rssBytes: 5, machineMemoryBytes: 7 };

/** Sources whose values a test sets. */
function sources(cards: readonly (CardUse | undefined)[] = [undefined]) {
  const state = { now: 0, times: { process: 0, busy: 0, total: 0 }, asked: 0 };
  return {
    state,
    pass(ms: number, times: ProcessorTimes) {
      state.now += ms;
      state.times = times;
    },
    cores: 4,
    now: () => state.now,
    times: () => state.times,
    memory: () => memory,
    cards: async () => cards[Math.min(state.asked++, cards.length - 1)],
  };
}

describe('a sample of the machine', () => {
  it('has the shares of all cores since the sample before', () => {
    const from = sources();
    const use = new MachineUse(from);
    from.pass(1000, { process: 2000, busy: 3000, total: 4000 });
    expect(use.sample()).toEqual({ cpuShare: 0.5, machineCpuShare: 0.75, ...memory });
    from.pass(1000, { process: 2400, busy: 3400, total: 8000 });
    expect(use.sample()).toMatchObject({ cpuShare: 0.1, machineCpuShare: 0.1 });
  });

  it('begins anew where it is told to', () => {
    const from = sources();
    const use = new MachineUse(from);
    from.pass(100_000, { process: 0, busy: 0, total: 400_000 });
    use.restart();
    from.pass(1000, { process: 4000, busy: 4000, total: 404_000 });
    expect(use.sample()).toMatchObject({ cpuShare: 1, machineCpuShare: 1 });
  });

  it('leaves out what the system does not tell', () => {
    const from = sources();
    const use = new MachineUse(from);
    from.pass(1000, { process: 400, busy: 0, total: 0 });
    expect(use.sample()).toEqual({ cpuShare: 0.1, ...memory });
  });

  it('never exceeds the whole', () => {
    const from = sources();
    const use = new MachineUse(from);
    from.pass(1, { process: 10, busy: 5, total: 4 });
    expect(use.sample()).toMatchObject({ cpuShare: 1, machineCpuShare: 1 });
  });

  it('has the cards as they were when the sample before was taken', async () => {
    const from = sources([{ gpuUse: 0.2 }, { gpuUse: 0.4 }]);
    const use = new MachineUse(from);
    expect(use.sample().gpuUse).toBeUndefined();
    await Promise.resolve();
    from.pass(5000, { process: 1, busy: 1, total: 4 });
    expect(use.sample().gpuUse).toBe(0.2);
    await Promise.resolve();
    expect(use.sample().gpuUse).toBe(0.4);
  });

  it('does not ask for cards again where there are none', async () => {
    const from = sources();
    const use = new MachineUse(from);
    await Promise.resolve();
    for (let i = 1; i < 4; i++) {
      from.pass(5000, { process: i, busy: i, total: 4 * i });
      expect(use.sample()).not.toHaveProperty('gpuUse');
    }
    expect(from.state.asked).toBe(1);
  });

  it('of this machine has memory within what it has', () => {
    const { rssBytes, machineMemoryBytes, cpuShare } = new MachineUse().sample();
    expect(rssBytes).toBeGreaterThan(1e6);
    expect(machineMemoryBytes).toBeGreaterThan(0);
    expect(machineMemoryBytes).toBeLessThanOrEqual(os.totalmem());
    expect(cpuShare).toBeGreaterThanOrEqual(0);
  });
});

describe('what nvidia-smi says of cards', () => {
  const MEBIBYTE = 2 ** 20;
  it('is the busiest card, and the memory of all', () => {
    expect(cardUse('12, 1024, 16384\n97, 2048, 16384\n')).toEqual({
      gpuUse: 0.97,
      gpuMemoryBytes: 3072 * MEBIBYTE,
      gpuMemoryTotalBytes: 32_768 * MEBIBYTE,
    });
  });

  it('may be a part of it, or nothing', () => {
    expect(cardUse('[N/A], 10, [N/A]')).toEqual({ gpuMemoryBytes: 10 * MEBIBYTE });
    expect(cardUse('[Not Supported], [N/A], [N/A]')).toBeUndefined();
    expect(cardUse('No devices were found\n')).toBeUndefined();
    expect(cardUse('')).toBeUndefined();
  });
});
