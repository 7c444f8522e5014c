/** The graphics cards that the operating system reports. */
import { createRequire } from 'node:module';
import type * as SystemInformation from 'systeminformation';

export interface GraphicsCard {
  readonly name: string;
  readonly maker: 'NVIDIA' | 'AMD' | 'Intel' | 'Apple' | 'other';
  readonly driver?: string;
  readonly memoryBytes?: number;
}

let found: Promise<readonly GraphicsCard[]> | undefined;

/** Query the system once per process; empty where it reports none. */
export function graphicsCards(): Promise<readonly GraphicsCard[]> {
  found ??= queryCards();
  return found;
}

async function queryCards(): Promise<readonly GraphicsCard[]> {
  const { graphics } = createRequire(import.meta.url)(
    'systeminformation',
  ) as typeof SystemInformation;
  try {
    return (await graphics()).controllers.map(cardOf);
  } catch {
    return [];
  }
}

const MEBIBYTE = 2 ** 20;

/** @param controller as the systeminformation package describes it, memory in MiB */
export function cardOf(controller: SystemInformation.Systeminformation.GraphicsControllerData) {
  const { vendor, model, name, driverVersion, memoryTotal, vram, vramDynamic } = controller;
  // Memory shared with the machine is not memory of the card.
  const mebibytes = memoryTotal ?? (vramDynamic ? undefined : vram);
  const card: GraphicsCard = {
    name: name || model || vendor || 'a GPU',
    maker: makerOf(`${vendor} ${model} ${name ?? ''}`),
    ...(driverVersion ? { driver: driverVersion } : {}),
    ...(mebibytes ? { memoryBytes: mebibytes * MEBIBYTE } : {}),
  };
  return card;
}

function makerOf(text: string): GraphicsCard['maker'] {
  if (/nvidia|geforce|quadro|tesla/i.test(text)) return 'NVIDIA';
  if (/\bamd\b|\bati\b|advanced micro devices|radeon/i.test(text)) return 'AMD';
  if (/intel/i.test(text)) return 'Intel';
  return /apple/i.test(text) ? 'Apple' : 'other';
}
