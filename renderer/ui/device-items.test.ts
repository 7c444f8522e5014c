import { describe, expect, it } from 'vitest';
import type { Device } from '../../engine/contract/studio/index.ts';
import { deviceItems } from './device-items.ts';

const device = (id: string, kind: Device['kind'], available = true): Device => ({
  id,
  kind,
  available,
  executor: 'any',
  name: `the ${id}`,
  precisions: ['float32'],
});
const found = {
  devices: [
    device('cpu', 'cpu'),
    device('cuda', 'gpu'),
    device('directml', 'gpu', false),
    device('webgpu', 'software-gpu'),
    device('reference', 'check'),
  ],
  checks: [{ device: 'cuda', ok: false, quantities: 1, checkedAt: '2026-01-01T00:00:00Z' }],
  chosen: { id: 'cpu', reason: 'cpu: fast', unchecked: [] },
};
const labels = (value: string, known: typeof found | undefined = found) =>
  deviceItems(known, { value, isHalf: false }).map(({ label }) => label);

describe('the devices that a form offers', () => {
  it('are those to compute on, and none that is for checks only', () => {
    expect(labels('auto')).toEqual([
      'Automatic (cpu)',
      'cpu: the cpu',
      'cuda: the cuda (fails its self-test)',
    ]);
  });

  it.each([
    ['reference', 'reference (for checks only)'],
    ['webgpu', 'webgpu (for checks only)'],
    ['directml', 'directml (not available)'],
  ])('name %s, where a form has it already, as what it is', (value, label) => {
    expect(labels(value).at(-1)).toBe(label);
    expect(deviceItems(undefined, { value, isHalf: false })).toContainEqual({
      value,
      label: value,
    });
  });
});
