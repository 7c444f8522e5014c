import { describe, expect, it } from 'vitest';
import { type StepTimer, timeInTurn, timesInTurn } from './time-in-turn.ts';

describe('times of devices in turn', () => {
  it('are those of a quiet machine though half of the rounds are disturbed', () => {
    const quiet = [100, 92];
    const rounds = [1, 3.5, 1, 4.2, 3.8, 1, 1].map((load) => quiet.map((ms) => load * ms));
    expect(timesInTurn(rounds)).toEqual([100, expect.closeTo(92)]);
  });

  it('are not moved by what meets one of them alone', () => {
    const rounds = [
      [100, 92],
      [350, 92],
      [100, 330],
      [100, 92],
      [100, 92],
    ];
    expect(timesInTurn(rounds)).toEqual([100, expect.closeTo(92)]);
  });
});

const BOTH = ['cpu', 'webgpu'].map((device) => ({ device, precision: 'float32' }) as const);

describe('timing in turn', () => {
  /** Devices whose steps take this long; a text is the reason why one fails. */
  const machine = (ms: Readonly<Record<string, number | string>>) => {
    const steps: string[] = [];
    const ended: string[] = [];
    const open = async (device: string): Promise<StepTimer> => ({
      async step() {
        steps.push(device);
        const time = ms[device]!;
        if (typeof time === 'string') throw new Error(time);
        return time;
      },
      end: () => ended.push(device),
    });
    return { steps, ended, open };
  };

  it('changes from one to the other, and ends them', async () => {
    const { open, steps, ended } = machine({ cpu: 50, webgpu: 10 });
    expect(await timeInTurn(BOTH, { open })).toEqual([50, 10]);
    expect(steps.slice(0, 4)).toEqual(['cpu', 'webgpu', 'cpu', 'webgpu']);
    expect(steps).toHaveLength(14);
    expect(ended).toEqual(['cpu', 'webgpu']);
  });

  it('finds nothing where one of them fails, and ends the others', async () => {
    const { open, ended } = machine({ cpu: 50, webgpu: 'device lost' });
    const found = await timeInTurn(BOTH, { open });
    expect(found).toBeUndefined();
    expect(ended).toEqual(['cpu', 'webgpu']);
  });

  it('can be cancelled', async () => {
    const { open, ended } = machine({ cpu: 50, webgpu: 10 });
    const controller = new AbortController();
    const stopping = async (device: string) => {
      const timer = await open(device);
      if (device === 'webgpu') controller.abort();
      return timer;
    };
    const order = { open: stopping, signal: controller.signal };
    await expect(timeInTurn(BOTH, order)).rejects.toMatchObject({ code: 'cancelled' });
    expect(ended).toEqual(['cpu', 'webgpu']);
  });

  it('times the processor in its process', async () => {
    const one = (device: string) => timeInTurn([{ device, precision: 'float32' }], { rounds: 1 });
    expect((await one('cpu'))?.[0]).toBeGreaterThan(1);
    expect(await one('abacus')).toBeUndefined();
  });
});
