import { describe, expect, it } from 'vitest';
import { candidates, chooseDevice } from './choose-device.ts';
import { fakeCheck, fakeDevice } from './testing/fake-devices.ts';

const cpu = fakeDevice('cpu');
const webgpu = fakeDevice('webgpu', { name: 'NVIDIA RTX 3060' });
const reference = fakeDevice('reference', { kind: 'check' });
const software = fakeDevice('webgpu:1', { kind: 'software-gpu' });

describe('what auto chooses among', () => {
  it('is every usable graphics card and one processor', () => {
    const second = fakeDevice('tfjs-wasm', { kind: 'cpu' });
    const missing = fakeDevice('cuda', { available: false, reason: 'not there' });
    const all = [webgpu, missing, software, cpu, second, reference];
    expect(candidates(all).map(({ id }) => id)).toEqual(['webgpu', 'cpu']);
  });
});

describe('what auto takes', () => {
  it('is the only one without any check', () => {
    expect(chooseDevice([cpu, reference, software], [])).toEqual({
      id: 'cpu',
      reason: 'cpu: the only one that can be used here',
      unchecked: [],
    });
  });

  it('is the fastest that passes, with its name and how much faster', () => {
    const checks = [fakeCheck('cpu', 510), fakeCheck('webgpu', 100)];
    expect(chooseDevice([cpu, webgpu], checks)).toEqual({
      id: 'webgpu',
      reason: 'webgpu, NVIDIA RTX 3060: passes its self-test, 5.1 times as fast as cpu',
      unchecked: [],
    });
    const many = [...checks, fakeCheck('cuda', 20)];
    expect(chooseDevice([cpu, webgpu, fakeDevice('cuda')], many)?.reason).toBe(
      'cuda, A cuda device: passes its self-test, 26 times as fast as cpu',
    );
  });

  it('is the processor where it is faster than the graphics card', () => {
    const checks = [fakeCheck('cpu', 100), fakeCheck('webgpu', 250)];
    expect(chooseDevice([webgpu, cpu], checks)?.reason).toBe(
      'cpu: passes its self-test, 2.5 times as fast as webgpu',
    );
  });

  it('is never one that computes wrong, however fast it is', () => {
    const checks = [fakeCheck('cpu', 100), fakeCheck('webgpu', 'logits: 3.1e-2 off')];
    expect(chooseDevice([webgpu, cpu], checks)).toMatchObject({
      id: 'cpu',
      reason: 'cpu: the GPU (webgpu) fails its self-test (logits: 3.1e-2 off)',
    });
    const both = [...checks, fakeCheck('cuda', 'no answer came')];
    expect(chooseDevice([webgpu, fakeDevice('cuda'), cpu], both)?.reason).toBe(
      'cpu: webgpu fails its self-test (logits: 3.1e-2 off); cuda fails its self-test (no answer came)',
    );
  });

  it('is not certain before all have been tried', () => {
    expect(chooseDevice([cpu, webgpu], [fakeCheck('cpu', 10)])).toEqual({
      id: 'webgpu',
      reason:
        'webgpu, NVIDIA RTX 3060: most likely, but webgpu has not been checked on this machine yet',
      unchecked: ['webgpu'],
    });
    expect(chooseDevice([webgpu, cpu], [])?.unchecked).toEqual(['webgpu', 'cpu']);
  });

  it('is nothing where nothing can be used or everything fails', () => {
    expect(chooseDevice([reference, software], [])).toBeUndefined();
    const checks = [fakeCheck('cpu', 'wrong'), fakeCheck('webgpu', 'wrong')];
    expect(chooseDevice([cpu, webgpu], checks)).toBeUndefined();
  });
});
