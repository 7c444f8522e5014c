import { describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import type { Device } from './executor.ts';
import { findDevice } from './find-device.ts';

const device = (id: string, over: Partial<Device> = {}): Device => ({
  id,
  executor: 'onnxruntime',
  kind: 'gpu',
  name: id,
  available: true,
  precisions: ['float32'],
  ...over,
});
const devices = [
  device('cpu', { kind: 'cpu' }),
  device('webgpu'),
  device('webgpu:1'),
  device('cuda', { available: false, reason: 'a file is missing', advice: 'Fetch it.' }),
];
const failure = (name: string): StudioError => {
  try {
    findDevice(name, devices);
  } catch (error) {
    if (error instanceof StudioError) return error;
  }
  throw new Error(`${name} was found`);
};

describe('a device by its name', () => {
  it('is the first of its kind without a number', () => {
    for (const name of ['webgpu', 'webgpu:0', 'WebGPU', ' webgpu '])
      expect(findDevice(name, devices).id).toBe('webgpu');
    expect(findDevice('webgpu:1', devices).id).toBe('webgpu:1');
  });

  it('that is unknown gives the nearest and all there are', () => {
    const error = failure('wegpu');
    expect(error.code).toBe('device-unknown');
    expect(error.message).toBe('There is no device named "wegpu". Did you mean webgpu?');
    expect(error.advice).toContain('auto, cpu, webgpu, webgpu:1, cuda');
    expect(failure('webgpu:7').message).toContain('Did you mean webgpu');
    expect(failure('quantum computer').message).not.toContain('Did you mean');
  });

  it('that cannot be used has a reason and advice', () => {
    const error = failure('cuda');
    expect(error.code).toBe('device-unavailable');
    expect(error.message).toBe('The device cuda cannot be used: a file is missing');
    expect(error.advice).toMatch(/^Fetch it\. Or choose another/);
  });
});
