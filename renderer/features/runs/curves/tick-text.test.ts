import { expect, it } from 'vitest';
import { bytesTick, numberTick } from './tick-text.ts';

const ticks = (text: typeof numberTick, from: number, apart: number) =>
  Array.from({ length: 4 }, (_, i) => text(from + i * apart, apart));

it('numbers have the digits that tell ticks apart', () => {
  expect(ticks(numberTick, 0, 0.5)).toEqual(['0', '0.5', '1', '1.5']);
  expect(ticks(numberTick, 0.98, 1e-4)).toEqual(['0.98', '0.9801', '0.9802', '0.9803']);
  expect(ticks(numberTick, 0.0015, 1e-8)).toEqual([
    '0.0015',
    '0.00150001',
    '0.00150002',
    '0.00150003',
  ]);
  expect(ticks(numberTick, 2.5e-4, 2.5e-4)).toEqual(['2.5e-4', '5.0e-4', '7.5e-4', '0.001']);
  expect(ticks(numberTick, 100, 0.25)).toEqual(['100', '100.25', '100.5', '100.75']);
  expect(ticks(numberTick, 380, 10)).toEqual(['380', '390', '400', '410']);
});

it('sizes have them too', () => {
  expect(ticks(bytesTick, 0, 5e8)).toEqual(['0 B', '500 MB', '1.0 GB', '1.5 GB']);
  expect(ticks(bytesTick, 11.8e9, 5e6)).toEqual([
    '11.800 GB',
    '11.805 GB',
    '11.810 GB',
    '11.815 GB',
  ]);
  expect(ticks(bytesTick, 1e9, 2.5e8)).toEqual(['1.00 GB', '1.25 GB', '1.50 GB', '1.75 GB']);
  expect(ticks(bytesTick, 240e6, 10e6)).toEqual(['240 MB', '250 MB', '260 MB', '270 MB']);
});
