import { expect, it } from 'vitest';
import { listDevices, traitsOf } from './devices.ts';

it('every device has the traits of its kind, and its route', async () => {
  const devices = await listDevices();
  for (const { id, kind, route } of devices) {
    const traits = traitsOf(id);
    expect(route, id).toBe(traits.route);
    expect(traits.isForChecks ?? false, id).toBe(kind === 'check');
    if (kind === 'gpu') expect(traits.computesOn, id).toBe('card');
    if (kind === 'cpu' || kind === 'check') expect(traits.computesOn, id).toBe('processor');
  }
  expect((await listDevices('cuda'))[0]!.route).toBe('through CUDA, NVIDIA’s own way');
  expect((await listDevices('tfjs-gpu'))[0]!.route).toBe('through TensorFlow.js');
  expect(traitsOf('webgpu:1').longestHalfSum).toBe(1024);
});
