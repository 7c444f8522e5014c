import { describe, expect, it } from 'vitest';
import type { Device, DeviceCheck } from '../../../engine/contract/studio/index.ts';
import { groupDevices, kindText, narrowTexts, precisionText, speedText } from './device-words.ts';

const device = (id: string, over: Partial<Device> = {}): Device => ({
  id,
  executor: 'any',
  kind: id === 'cpu' ? 'cpu' : 'gpu',
  name: id,
  available: true,
  precisions: ['float32'],
  ...over,
});
const check = (id: string, stepMs?: number): DeviceCheck => ({
  device: id,
  ok: stepMs !== undefined,
  quantities: 19,
  checkedAt: '2026-01-01T00:00:00Z',
  ...(stepMs === undefined ? {} : { stepMs }),
});

describe('devices in words', () => {
  it('are what they are, by the way that leads to them', () => {
    expect(kindText(device('cpu'))).toBe('CPU');
    const route = 'through CUDA, NVIDIA’s own way';
    expect(kindText(device('cuda:1', { route }))).toBe(`GPU, ${route}`);
  });

  it('say what they compute in', () => {
    expect(precisionText(device('cpu'))).toBe('float32');
    expect(precisionText(device('x', { precisions: ['float32', 'float16'] }))).toBe(
      'float32, float16',
    );
    expect(precisionText(device('x', { precisions: [] }))).toBe('');
  });

  it('are apart by what they are good for', () => {
    const found = groupDevices([
      device('cuda', { available: false }),
      device('cpu'),
      device('reference', { kind: 'check' }),
      device('webgpu', { kind: 'software-gpu' }),
    ]);
    const ids = (some: readonly Device[]) => some.map(({ id }) => id);
    expect(ids(found.usable)).toEqual(['cpu']);
    expect(ids(found.missing)).toEqual(['cuda']);
    expect(ids(found.forChecks)).toEqual(['reference', 'webgpu']);
  });

  it('say how fast they are beside the CPU', () => {
    const devices = [device('webgpu'), device('cpu')];
    const checks = [check('webgpu', 40), check('cpu', 1510)];
    expect(speedText(checks[0]!, checks, devices)).toBe(
      '40 ms a step of a small network, 38 times as fast as the CPU',
    );
    expect(speedText(checks[1]!, checks, devices)).toBe('1.5 s a step of a small network');
    expect(speedText(check('webgpu'), checks, devices)).toBeUndefined();
  });

  it('say where a narrow precision is slower', () => {
    const bfloat16 = { ok: true, quantities: 2, stepMs: 50 };
    expect(narrowTexts({ ...check('cpu:onednn', 40), bfloat16 })).toEqual([
      [
        'bfloat16',
        '50 ms a step, 0.8 times as fast as float32; choose float32 here, which is faster and more exact',
      ],
    ]);
  });

  it('say what narrow precisions bring, or that they are wrong', () => {
    const half = { ok: true, quantities: 2, stepMs: 16 };
    const bfloat16 = { ok: false, quantities: 2, reason: 'loss: 0.3 off' };
    expect(narrowTexts(check('webgpu', 40))).toEqual([]);
    expect(narrowTexts({ ...check('webgpu', 40), half, bfloat16 })).toEqual([
      ['float16', '16 ms a step, 2.5 times as fast as float32'],
      [
        'bfloat16',
        expect.stringMatching(/^computes wrong \(loss: 0.3 off\): leave precision at float32/),
      ],
    ]);
  });
});
