import { expect, it } from 'vitest';
import { inProcessRanks } from '../../collectives/testing/in-process.ts';
import { SumSwitch } from './sum-switch.ts';

it('waits for no other rank while it is off, and sums again afterwards', async () => {
  const [zero, one] = inProcessRanks(2).map((each) => new SumSwitch(each));
  const values = Float32Array.of(3);
  const bytes = new Uint8Array(4);
  await zero!.off(async () => {
    await zero!.sum(values);
    await zero!.barrier();
    expect((await zero!.exchange(bytes)).length).toBe(4);
    expect((await zero!.gather(bytes)).length).toBe(2);
  });
  expect([...values]).toEqual([3]);
  const others = Float32Array.of(4);
  await Promise.all([zero!.sum(values), one!.sum(others)]);
  expect([...values, ...others]).toEqual([7, 7]);
});
