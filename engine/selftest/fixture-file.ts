/** Fixture files: tensors, and a configuration in the metadata, whose values are JSON texts. */
import { StudioError } from '../contract/errors.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import type { NetworkConfig } from '../nn/conmim-network.ts';
import type { VitConfig } from '../nn/vit.ts';
import type { AdamWConstants } from '../optim/adamw.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';

export interface Fixture {
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

export async function readFixture(...files: string[]): Promise<Fixture> {
  const tensors = new Map<string, HostTensor>();
  let metadata: Record<string, string> = {};
  for (const file of files) {
    const part = await readSafetensors(file);
    for (const [name, tensor] of part.tensors) tensors.set(name, tensor);
    metadata = { ...metadata, ...part.metadata };
  }
  return { tensors, metadata };
}

export function tensorOf(fixture: Fixture, name: string): HostTensor {
  const tensor = fixture.tensors.get(name);
  if (!tensor)
    throw new StudioError('fixture-invalid', `The fixture has no tensor ${name}`, {
      advice: 'Give a folder with complete fixture files.',
    });
  return tensor;
}

/** A stored value, in float64 where there is one. */
export function wanted(fixture: Fixture, name: string): HostTensor['data'] {
  return (fixture.tensors.get(`expected64.${name}`) ?? tensorOf(fixture, `expected.${name}`)).data;
}

export function fixtureMetadata<T>(fixture: Fixture, key: string): T {
  const text = fixture.metadata[key];
  if (text === undefined)
    throw new StudioError('fixture-invalid', `The fixture's metadata has no ${key}`, {
      advice: 'Give a folder with complete fixture files.',
    });
  return JSON.parse(text) as T;
}

/** Values for a program's feeds: floats, or a mask as 0 and 1. */
export function floatsOf(fixture: Fixture, name: string): Float32Array {
  return Float32Array.from(tensorOf(fixture, name).data, Number);
}

/** AdamW's constants as fixtures name them. */
export interface StoredAdamW {
  readonly betas: readonly [number, number];
  readonly eps: number;
}

export function constantsOf({ betas: [beta1, beta2], eps }: StoredAdamW): AdamWConstants {
  return { beta1, beta2, eps };
}

export interface TrunkSettings {
  readonly img: number | readonly [number, number];
  readonly patch: number;
  readonly embed: number;
  readonly depth: number;
  readonly heads: number;
  readonly mlp_ratio: number;
  readonly layer_scale: number;
  readonly abs_pos: boolean;
}

interface FixtureConfig extends TrunkSettings {
  readonly mlp_dim: number;
  readonly dim: number;
  readonly rel_pos: boolean;
}

export function vitOf(config: TrunkSettings, relPos: VitConfig['relPos']): VitConfig {
  return {
    channels: 3,
    imageSize: typeof config.img === 'number' ? [config.img, config.img] : config.img,
    patchSize: config.patch,
    embedDim: config.embed,
    depth: config.depth,
    heads: config.heads,
    mlpRatio: config.mlp_ratio,
    layerScale: config.layer_scale,
    relPos,
    absPos: config.abs_pos,
  };
}

export function networkOf(fixture: Fixture): NetworkConfig {
  const config = fixtureMetadata<FixtureConfig>(fixture, 'config');
  return {
    vit: vitOf(config, config.rel_pos ? 'shared' : 'none'),
    projector: { hiddenDim: config.mlp_dim, outputDim: config.dim },
  };
}
