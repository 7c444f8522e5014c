/** Devices of ONNX Runtime on this machine; unavailable ones have a reason. */

import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bytesText } from '../../contract/number-text.ts';
import { computeThreads } from '../../platform/threads.ts';
import type { Device, Executor } from '../executor.ts';
import { type GraphicsCard, graphicsCards } from '../graphics-cards.ts';
import { runtimeFolder } from '../runtime-folder.ts';
import { probeWebgpu, type WebgpuFinding } from './webgpu-probe.ts';

/** By kind, in the order of lists for users. */
export const ORT_DEVICES: Executor['devices'] = {
  cuda: async () => cudaDevices(await graphicsCards()),
  directml: async () => directmlDevices(await graphicsCards()),
  webgpu: async () => {
    const [finding, cards] = await Promise.all([probeWebgpu(), graphicsCards()]);
    return [webgpu(finding, cards)];
  },
  cpu: async () => [processor()],
};

const COMMON = { executor: 'onnxruntime', precisions: ['float32'] } as const;

function processor(): Device {
  return {
    ...COMMON,
    id: 'cpu',
    kind: 'cpu',
    name: os.cpus()[0]?.model.trim() ?? 'CPU',
    available: true,
    detail: `${computeThreads()} threads, ${bytesText(os.totalmem())} memory`,
  };
}

/** Drivers that emulate a graphics card on the CPU. */
const SOFTWARE_DRIVERS: Readonly<Record<string, RegExp>> = {
  SwiftShader: /swiftshader/i,
  lavapipe: /lvp_icd|lavapipe/i,
};

export function webgpu(
  finding: WebgpuFinding,
  cards: readonly GraphicsCard[],
  environment: NodeJS.ProcessEnv = process.env,
): Device {
  const drivers = `${environment['VK_ICD_FILENAMES'] ?? ''} ${environment['VK_DRIVER_FILES'] ?? ''}`;
  const software = Object.entries(SOFTWARE_DRIVERS).find(([, its]) => its.test(drivers))?.[0];
  const isSoftware = software !== undefined || (finding.works && cards.length === 0);
  const common = { ...COMMON, id: 'webgpu', kind: isSoftware ? 'software-gpu' : 'gpu' } as const;
  if (!finding.works)
    return {
      ...common,
      name: cards[0]?.name ?? 'GPU through WebGPU',
      available: false,
      ...whyNot(finding.why, cards),
    };
  if (isSoftware)
    return {
      ...common,
      precisions: finding.half ? ['float32', 'float16'] : ['float32'],
      name: `Software driver${software ? ` (${software})` : ''} on the CPU`,
      available: true,
      detail: 'WebGPU without a GPU; for tests, not for training',
    };
  const card = strongest(cards);
  return {
    ...common,
    precisions: finding.half ? ['float32', 'float16'] : ['float32'],
    name: card.name,
    available: true,
    detail: `WebGPU${card.driver ? `, driver ${card.driver}` : ''}`,
    ...(card.memoryBytes === undefined ? {} : { memoryBytes: card.memoryBytes }),
  };
}

function whyNot(why: string, cards: readonly GraphicsCard[]): { reason: string; advice: string } {
  if (!/no supported adapters|failed to get a webgpu adapter/i.test(why))
    return {
      reason: `WebGPU does not work here: ${why.split('\n')[0]}`,
      advice: 'Update the driver of the GPU and restart the machine.',
    };
  if (cards.length === 0)
    return {
      reason: 'No GPU with a driver was found.',
      advice: 'Nothing is needed if this machine has none: training runs on the CPU.',
    };
  return {
    reason: `${cards.map(({ name }) => name).join(', ')} has no driver that WebGPU can use.`,
    advice:
      process.platform === 'linux'
        ? 'Install its Vulkan driver: the packages libvulkan1 and mesa-vulkan-drivers for AMD and Intel, the maker’s own driver for NVIDIA.'
        : 'Install the newest driver from its maker and restart the machine.',
  };
}

/** The card that WebGPU selects among several: it requests high performance. */
function strongest(cards: readonly GraphicsCard[]): GraphicsCard {
  const order = ['NVIDIA', 'AMD', 'Apple', 'Intel', 'other'];
  return [...cards].sort(
    (a, b) =>
      (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0) ||
      order.indexOf(a.maker) - order.indexOf(b.maker),
  )[0]!;
}

function cudaDevices(cards: readonly GraphicsCard[]): Device[] {
  const common = { ...COMMON, kind: 'gpu', precisions: ['float32', 'float16'] } as const;
  const nvidia = cards.filter(({ maker }) => maker === 'NVIDIA');
  const name = nvidia[0]?.name ?? 'NVIDIA GPU through CUDA';
  const missing = (reason: string, advice: string): Device[] => [
    { ...common, id: 'cuda', name, available: false, reason, advice },
  ];
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return missing(
      'ONNX Runtime brings CUDA to 64-bit Linux on Intel and AMD CPUs only.',
      process.platform === 'win32' ? 'Use webgpu or directml.' : 'Use webgpu.',
    );
  if (nvidia.length === 0)
    return missing('No NVIDIA GPU with a driver was found.', 'Use webgpu for other GPUs.');
  if (!existsSync(path.join(runtimeFolder(), 'libonnxruntime_providers_cuda.so')))
    return missing(
      'ONNX Runtime’s files for CUDA are not installed.',
      'Fetch them with: conmim setup cuda',
    );
  return nvidia.map((card, i) => available(common, 'cuda', card, i));
}

function directmlDevices(cards: readonly GraphicsCard[]): Device[] {
  const common = { ...COMMON, kind: 'gpu' } as const;
  const name = cards[0]?.name ?? 'GPU through DirectML';
  const missing = (reason: string, advice: string): Device[] => [
    { ...common, id: 'directml', name, available: false, reason, advice },
  ];
  if (process.platform !== 'win32') return missing('DirectML is a part of Windows.', 'Use webgpu.');
  if (!existsSync(path.join(runtimeFolder(), 'DirectML.dll')))
    return missing('DirectML.dll is not part of this installation.', 'Use webgpu.');
  if (cards.length === 0)
    return missing('No GPU with a driver was found.', 'Install the newest driver from its maker.');
  return cards.map((card, i) => available(common, 'directml', card, i));
}

function available(
  common: Pick<Device, 'executor' | 'kind' | 'precisions'>,
  kind: string,
  card: GraphicsCard,
  index: number,
): Device {
  return {
    ...common,
    id: index === 0 ? kind : `${kind}:${index}`,
    name: card.name,
    available: true,
    ...(card.driver === undefined ? {} : { detail: `driver ${card.driver}` }),
    ...(card.memoryBytes === undefined ? {} : { memoryBytes: card.memoryBytes }),
  };
}
