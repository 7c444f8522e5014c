import { describe, expect, it } from 'vitest';
import { cardOf, type GraphicsCard } from '../graphics-cards.ts';
import { ORT_DEVICES, webgpu } from './devices.ts';
import { ORT_TRAITS, providerOf } from './providers.ts';

const card: GraphicsCard = { name: 'RTX 9', maker: 'NVIDIA', driver: '999.1', memoryBytes: 8e9 };
const small: GraphicsCard = { name: 'Graphics 7', maker: 'Intel' };

describe('WebGPU as a device', () => {
  it('is the strongest card, with what it computes in', () => {
    expect(webgpu({ works: true, half: true }, [small, card], {})).toMatchObject({
      id: 'webgpu',
      kind: 'gpu',
      name: 'RTX 9',
      available: true,
      memoryBytes: 8e9,
      precisions: ['float32', 'float16'],
      detail: 'WebGPU, driver 999.1',
    });
    expect(webgpu({ works: true, half: false }, [card], {}).precisions).toEqual(['float32']);
  });

  it.each([
    ['no card is there', '', [], {}],
    [
      ...(['its driver is asked for', ' (SwiftShader)', [card]] as const),
      { VK_ICD_FILENAMES: '/usr/lib/x/vk_swiftshader_icd.json' },
    ],
    [
      ...(['another one is', ' (lavapipe)', [card]] as const),
      { VK_DRIVER_FILES: '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json' },
    ],
  ] as const)('is software where %s', (_, name, cards, environment) => {
    const found = webgpu({ works: true, half: false }, cards, environment);
    expect(found).toMatchObject({ kind: 'software-gpu', available: true });
    expect(found.name).toBe(`Software driver${name} on the CPU`);
  });

  it.each([
    [{ works: false, why: 'Failed to get a WebGPU adapter: No supported adapters' }, [], /No GPU/],
    [{ works: false, why: 'Failed to get a WebGPU adapter: none' }, [card], /RTX 9 has no driver/],
    [{ works: false, why: 'its driver ended the process (SIGSEGV)' }, [card], /SIGSEGV/],
  ] as const)('says why it is not there: %j', (finding, cards, reason) => {
    const found = webgpu(finding, cards, {});
    expect(found).toMatchObject({ available: false, reason: expect.stringMatching(reason) });
    expect(found.advice).toBeTruthy();
  });
});

describe('the devices of ONNX Runtime', () => {
  it('are all listed, and unavailable ones have a reason and advice', async () => {
    const lists = Object.values(ORT_DEVICES).map((list) => list());
    const devices = (await Promise.all(lists)).flat();
    const kinds = new Set(devices.map(({ id }) => id.split(':')[0]));
    expect(kinds).toEqual(new Set(Object.keys(ORT_TRAITS)));
    for (const { available, reason, advice } of devices)
      if (!available) expect([reason, advice]).not.toContain(undefined);
    expect((await ORT_DEVICES['cpu']!()).map(({ id }) => id)).toEqual(['cpu']);
  });

  it('have one provider each, of the Nth card where there are several', () => {
    expect(providerOf('cuda:2').option).toEqual({ name: 'cuda', deviceId: 2 });
    expect(providerOf('directml').option).toEqual({ name: 'dml', deviceId: 0 });
    expect(providerOf('webgpu').state).toBe('device');
    // Matrix products of float32 are not to be rounded to TF32.
    expect(process.env['NVIDIA_TF32_OVERRIDE']).toBe('0');
  });
});

describe('a graphics card of the system', () => {
  const controller = { vendor: '', model: '', bus: '', vram: null, vramDynamic: false };
  it.each([
    [{ vendor: 'NVIDIA Corporation', model: 'GA106', memoryTotal: 12288 }, 'NVIDIA', 12288],
    [{ vendor: 'Advanced Micro Devices, Inc.', model: 'Navi 31', vram: 24576 }, 'AMD', 24576],
    [{ vendor: 'Intel', model: 'Iris Xe', vram: 128, vramDynamic: true }, 'Intel', undefined],
    [{ vendor: 'Apple', model: 'Apple M4' }, 'Apple', undefined],
    [{ vendor: 'ATI Technologies', model: 'Radeon VII' }, 'AMD', undefined],
    [{ vendor: 'Catalina', model: 'Station' }, 'other', undefined],
  ])('%j', (facts, maker, mebibytes) => {
    const found = cardOf({ ...controller, ...facts });
    expect(found.maker).toBe(maker);
    expect(found.memoryBytes).toBe(mebibytes === undefined ? undefined : mebibytes * 2 ** 20);
  });
});
