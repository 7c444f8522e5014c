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
  chosenFor: { bfloat16: { id: 'cpu:onednn', reason: 'it has it', unchecked: [] } },
};
const labels = (value: string, known: typeof found | undefined = found) =>
  deviceItems(known, { value, precision: 'float32' }).map(({ label }) => label);

describe('the devices that a form offers', () => {
  it('are those to compute on, and none that is for checks only', () => {
    expect(labels('auto')).toEqual([
      'Automatic (cpu)',
      'cpu: the cpu',
      'cuda: the cuda (fails its self-test)',
    ]);
  });

  it.each([
    ['float16', 'Automatic (cpu)'],
    ['bfloat16', 'Automatic (cpu:onednn)'],
  ] as const)('begin with what is chosen for %s', (precision, label) => {
    expect(deviceItems(found, { value: 'auto', precision })[0]).toMatchObject({ label });
  });

  it.each([
    ['reference', 'reference (for checks only)'],
    ['webgpu', 'webgpu (for checks only)'],
    ['directml', 'directml (not available)'],
  ])('name %s, where a form has it already, as what it is', (value, label) => {
    expect(labels(value).at(-1)).toBe(label);
    expect(deviceItems(undefined, { value, precision: 'float32' })).toContainEqual({
      value,
      label: value,
    });
  });
});
