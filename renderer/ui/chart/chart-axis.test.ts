import { describe, expect, it } from 'vitest';
import { CHART_AXES } from './chart-axis.ts';

const { step, epoch, time } = CHART_AXES;

describe('an axis', () => {
  it('shows its places', () => {
    expect(step.text(12_345)).toBe('12,345');
    expect([0.25, 3, 1234.5].map(epoch.text)).toEqual(['0.25', '3', '1,234.5']);
    expect([0, 59.6, 3599, 90_061].map(time.text)).toEqual([
      '0:00:00',
      '0:01:00',
      '0:59:59',
      '25:01:01',
    ]);
  });

  it('reads what it shows, and nothing else', () => {
    expect([step.parse('12,345'), epoch.parse('1,234.5')]).toEqual([12_345, 1234.5]);
    expect(['25:01:01', '2:30', '90', '0:00:00.5'].map(time.parse)).toEqual([90_061, 150, 90, 0.5]);
    for (const axis of [step, epoch, time])
      for (const text of ['', 'x', '-1', '1:2:3:4', '1::2']) expect(axis.parse(text)).toBeNaN();
    expect(step.parse('1.5')).toBeNaN();
  });

  it('rounds to what can be kept in the address', () => {
    expect([step.round(1.4, 'down'), step.round(1.4, 'up'), step.round(-3, 'down')]).toEqual([
      1, 2, 0,
    ]);
    expect(epoch.round(1.23456, 'up')).toBe(1.235);
    expect(time.round(61.04, 'near')).toBe(61);
  });
});
