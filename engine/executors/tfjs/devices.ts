/** Devices of TensorFlow.js on this machine; unavailable ones have a reason. */
import os from 'node:os';
import type { Device, DeviceKind, DeviceTraits, Executor } from '../executor.ts';
import { absentLibraries, hostFacts, nvidiaCards, packageFacts } from './facts.ts';
import {
  type HostFacts,
  type Missing,
  missingForCuda,
  missingOfCard,
  missingOfDriver,
  missingOfLibraries,
  missingOfPackage,
  missingOnHost,
  type NvidiaCard,
  noteOnCard,
  type PackageFacts,
} from './requirements.ts';

const ROUTE = 'through TensorFlow.js';

/** By kind of device. */
export const TFJS_TRAITS: Readonly<Record<string, DeviceTraits>> = {
  'tfjs-gpu': { computesOn: 'card', route: ROUTE },
  'tfjs-node': { computesOn: 'processor', route: ROUTE },
  'tfjs-wasm': { computesOn: 'processor', isForChecks: true, route: ROUTE },
  'tfjs-cpu': { computesOn: 'processor', isForChecks: true, route: ROUTE },
};

/** By kind, in the order of lists for users. */
export const TFJS_DEVICES: Executor['devices'] = {
  'tfjs-gpu': async () =>
    gpuDevices(hostFacts(), await packageFacts('@tensorflow/tfjs-node-gpu'), {
      cards: nvidiaCards,
      absent: async () => absentLibraries(),
    }),
  'tfjs-node': async () => [nodeDevice(hostFacts(), await packageFacts('@tensorflow/tfjs-node'))],
  'tfjs-wasm': async () => [checkDevice('tfjs-wasm', 'TensorFlow.js in WebAssembly')],
  'tfjs-cpu': async () => [checkDevice('tfjs-cpu', 'TensorFlow.js in JavaScript')],
};

function base(id: string, kind: DeviceKind) {
  return { id, executor: 'tfjs', kind, precisions: ['float32'] } as const;
}

function checkDevice(id: string, name: string): Device {
  return {
    ...base(id, 'check'),
    name,
    available: true,
    detail: 'one thread; to compare other devices with, not for training',
  };
}

export function nodeDevice(host: HostFacts, found: PackageFacts): Device {
  const common = base('tfjs-node', 'cpu');
  const missing = missingOnHost(host) ?? missingOfPackage(found);
  if (missing) return { ...common, name: 'TensorFlow on the CPU', available: false, ...missing };
  return {
    ...common,
    name: os.cpus()[0]?.model.trim() ?? 'CPU',
    available: true,
    detail: 'through TensorFlow’s own library',
  };
}

/** Slow queries, which are made only where all other requirements hold. */
interface CudaProbes {
  cards(): Promise<readonly NvidiaCard[]>;
  absent(): Promise<readonly string[]>;
}

export async function gpuDevices(
  host: HostFacts,
  found: PackageFacts,
  probes: CudaProbes,
): Promise<Device[]> {
  const unavailable = (missing: Missing, name = 'NVIDIA GPU through TensorFlow'): Device[] => [
    { ...base('tfjs-gpu', 'gpu'), name, available: false, ...missing },
  ];
  const basics = missingForCuda(host) ?? missingOnHost(host) ?? missingOfPackage(found);
  if (basics) return unavailable(basics);
  const cards = await probes.cards();
  const driver = missingOfDriver(host.platform, cards[0]?.driver);
  if (driver) return unavailable(driver, cards[0]?.name);
  const libraries = missingOfLibraries(host.platform, await probes.absent());
  return cards.map((card, index): Device => {
    const missing = missingOfCard(card) ?? libraries;
    const note = noteOnCard(card);
    return {
      ...base(index === 0 ? 'tfjs-gpu' : `tfjs-gpu:${index}`, 'gpu'),
      name: card.name,
      available: missing === undefined,
      ...missing,
      ...(missing
        ? {}
        : { detail: [`CUDA 11.2, driver ${card.driver}`, note].filter(Boolean).join('; ') }),
      ...(card.memoryBytes === undefined ? {} : { memoryBytes: card.memoryBytes }),
    };
  });
}
