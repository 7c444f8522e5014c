import { describe, expect, it } from 'vitest';
import type { Device } from '../../engine/contract/studio/index.ts';
import { computedInText, precisionsOf, requestedPrecision } from './precisions.ts';

const device = (id: string, kind: Device['kind'], precisions: Device['precisions']): Device => ({
  ...{ id, kind, precisions, available: true, executor: 'any', name: id },
});
const devices = [
  device('cpu', 'cpu', ['float32']),
  device('cpu:onednn', 'cpu', ['float32', 'bfloat16']),
  device('reference', 'check', ['float32', 'float16', 'bfloat16']),
];

describe('the precisions that a form offers', () => {
  it('are those of the device, and for automatic those of any that is for work', () => {
    expect(precisionsOf('cpu', devices)).toEqual(['float32']);
    expect(precisionsOf('cpu:onednn', devices)).toEqual(['float32', 'bfloat16']);
    expect(precisionsOf('auto', devices)).toEqual(['float32', 'bfloat16']);
    expect(precisionsOf('auto', [])).toEqual(['float32']);
  });

  it('stand in requests and results where they are narrow', () => {
    expect(requestedPrecision('float32')).toEqual({});
    expect(requestedPrecision('bfloat16')).toEqual({ precision: 'bfloat16' });
    expect(computedInText(undefined)).toBe('');
    expect(computedInText('float32')).toBe('');
    expect(computedInText('bfloat16')).toBe(' Computed in bfloat16.');
  });
});
