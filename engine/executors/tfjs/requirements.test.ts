import { describe, expect, it } from 'vitest';
import { gpuDevices, nodeDevice } from './devices.ts';
import { cardsOf } from './facts.ts';
import {
  CUDA_LIBRARIES,
  compareVersions,
  type HostFacts,
  type NvidiaCard,
  type PackageFacts,
} from './requirements.ts';

const host: HostFacts = {
  platform: 'linux',
  arch: 'x64',
  glibc: '2.36',
  avx: true,
};
const installed: PackageFacts = {
  name: '@tensorflow/tfjs-node-gpu',
  installed: true,
  native: true,
};
const ampere: NvidiaCard = {
  name: 'NVIDIA RTX A4000',
  driver: '535.183.01',
  capability: '8.6',
  memoryBytes: 16 * 2 ** 30,
};

function gpu(given: {
  host?: Partial<HostFacts>;
  package?: Partial<PackageFacts>;
  cards?: NvidiaCard[];
  absent?: string[];
}) {
  const { cards = [ampere], absent = [] } = given;
  return gpuDevices(
    { ...host, ...given.host },
    { ...installed, ...given.package },
    { cards: async () => cards, absent: async () => absent },
  );
}

describe('tfjs-gpu', () => {
  it('is there when everything is, a device for each card', async () => {
    const devices = await gpu({ cards: [ampere, { ...ampere, name: 'Second' }] });
    expect(devices.map(({ id, available }) => [id, available])).toEqual([
      ['tfjs-gpu', true],
      ['tfjs-gpu:1', true],
    ]);
    expect(devices[0]).toMatchObject({
      kind: 'gpu',
      name: 'NVIDIA RTX A4000',
      memoryBytes: 16 * 2 ** 30,
      detail: 'CUDA 11.2, driver 535.183.01',
    });
  });

  it.each([
    ['another system', { host: { platform: 'darwin', arch: 'arm64' } }, /64-bit Linux and Windows/],
    ['another processor', { host: { arch: 'arm64' } }, /Intel and AMD CPUs only/],
    ['no package', { package: { installed: false, native: false } }, /is not installed/],
    ['a package without its binary', { package: { native: false } }, /without its compiled part/],
    ['a CPU without AVX', { host: { avx: false } }, /needs a CPU with AVX/],
    ['no NVIDIA card', { cards: [] }, /No NVIDIA GPU with a driver/],
    ['an old driver', { cards: [{ ...ampere, driver: '418.87.00' }] }, /needs 450\.80\.02/],
    ['no cuDNN', { absent: ['libcudnn.so.8'] }, /libcudnn\.so\.8 of CUDA 11\.2 and cuDNN 8\.1/],
    ['a Kepler card', { cards: [{ ...ampere, capability: '3.0' }] }, /begins with 3\.5/],
    ['a Blackwell card', { cards: [{ ...ampere, capability: '12.0' }] }, /Blackwell or newer/],
  ])('says so and what to do on %s', async (_, given, reason) => {
    const [device] = await gpu(given);
    expect(device).toMatchObject({ id: 'tfjs-gpu', available: false });
    expect(device!.reason).toMatch(reason);
    expect(device!.advice).toMatch(/\.$/);
  });

  it('reports a C library other than glibc', async () => {
    const { glibc: _, ...musl } = host;
    const probes = { cards: async () => [ampere], absent: async () => [] };
    const [device] = await gpuDevices(musl, installed, probes);
    expect(device!.reason).toMatch(/needs glibc/);
  });

  it('warns that the first start of a Hopper card takes long', async () => {
    const [device] = await gpu({ cards: [{ ...ampere, capability: '9.0' }] });
    expect(device).toMatchObject({ available: true });
    expect(device!.detail).toMatch(/half an hour/);
  });

  it('does not ask the driver where something simpler is missing', async () => {
    const never = () => Promise.reject(new Error('asked'));
    const probes = { cards: never, absent: never };
    const [device] = await gpuDevices(host, { ...installed, installed: false }, probes);
    expect(device!.available).toBe(false);
  });
});

describe('tfjs-node', () => {
  const found = { ...installed, name: '@tensorflow/tfjs-node' };

  it('is a processor where its package is whole', () => {
    expect(nodeDevice(host, found)).toMatchObject({ kind: 'cpu', available: true });
    expect(nodeDevice({ ...host, platform: 'darwin', arch: 'arm64' }, found).available).toBe(true);
  });

  it('names the command that brings what is missing', () => {
    expect(nodeDevice(host, { ...found, native: false }).advice).toContain(
      'npm rebuild --ignore-scripts=false @tensorflow/tfjs-node.',
    );
  });
});

describe('the answer of nvidia-smi', () => {
  it('is read card by card', () => {
    const text =
      'NVIDIA H200, 570.86.15, 143771, 9.0\nNVIDIA GeForce GTX 1080, 570.86.15, 8192, 6.1\n';
    expect(cardsOf(text)).toEqual([
      {
        name: 'NVIDIA H200',
        driver: '570.86.15',
        capability: '9.0',
        memoryBytes: 143771 * 2 ** 20,
      },
      {
        name: 'NVIDIA GeForce GTX 1080',
        driver: '570.86.15',
        capability: '6.1',
        memoryBytes: 8192 * 2 ** 20,
      },
    ]);
  });

  it('may lack fields that a driver does not report', () => {
    expect(cardsOf('Tesla K80, 450.80.02, [N/A]\n')).toEqual([
      { name: 'Tesla K80', driver: '450.80.02' },
    ]);
  });

  it('may be a message that no driver answers', () => {
    expect(
      cardsOf('NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.\n'),
    ).toEqual([]);
  });
});

describe('versions', () => {
  it.each([
    ['450.80.02', '450.80.02', 0],
    ['450.80.2', '450.80.02', 0],
    ['450.66', '450.80.02', -14],
    ['535.183.01', '450.80.02', 85],
    ['11', '11.0.1', -1],
  ])('%s and %s', (a, b, difference) => {
    expect(compareVersions(a, b)).toBe(difference);
  });

  it('of CUDA’s libraries are known for both systems', () => {
    expect(CUDA_LIBRARIES['linux']).toHaveLength(8);
    expect(CUDA_LIBRARIES['win32']).toHaveLength(8);
  });
});
