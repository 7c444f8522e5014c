/** The state of a module in host memory: arrays by name or pack, zero at first, always checked. */
import { StudioError } from '../contract/errors.ts';
import { sameShape } from '../ir/shapes.ts';
import type { Module, TensorType } from '../ir/types.ts';
import type { PackPlace } from '../passes/bind-packs.ts';
import { elementCount, type HostTensor, type NamedTensors } from '../tensor/host-tensor.ts';

export class StateStore<T extends Float32Array | Float64Array> {
  readonly arrays: Map<string, T>;
  readonly #types: ReadonlyMap<string, TensorType>;

  /** @param allocate names are those of the tensors in the piece, and of their pack */
  constructor(module: Module, allocate: (length: number, names: readonly string[]) => T) {
    this.#types = module.state;
    this.arrays = new Map();
    for (const [pack, members] of module.packs ?? []) {
      const sizes = members.map((name) => elementCount(module.state.get(name)!.shape));
      const length = sizes.reduce((sum, size) => sum + size, 0);
      const whole = allocate(length, [pack, ...members]);
      let offset = 0;
      members.forEach((name, i) => {
        this.arrays.set(name, whole.subarray(offset, offset + sizes[i]!) as T);
        offset += sizes[i]!;
      });
      this.arrays.set(pack, whole);
    }
    for (const [name, { shape }] of module.state)
      if (!this.arrays.has(name)) this.arrays.set(name, allocate(elementCount(shape), [name]));
  }

  get(name: string): T {
    const array = this.arrays.get(name);
    return array ?? unknownState(name);
  }

  /** Copies, as float32. */
  read(names: readonly string[] = [...this.#types.keys()]): NamedTensors<'f32'> {
    return new Map(
      names.map((name): [string, HostTensor<'f32'>] => [
        name,
        {
          dtype: 'f32',
          shape: this.#types.get(name)?.shape ?? [],
          data: new Float32Array(this.get(name)),
        },
      ]),
    );
  }

  /** The tensors where they lie. */
  memory(names: readonly string[]): ReadonlyMap<string, T> {
    return new Map(names.map((name) => [name, this.get(name)]));
  }

  write(tensors: NamedTensors): void {
    for (const [name, { data }] of checkedState(this.#types, tensors)) this.get(name).set(data);
  }
}

/** @throws StudioError `state-mismatch` for unknown names or shapes */
export function checkedState(
  types: ReadonlyMap<string, TensorType>,
  tensors: NamedTensors,
): NamedTensors<'f32' | 'f64'> {
  const checked = new Map<string, HostTensor<'f32' | 'f64'>>();
  for (const [name, tensor] of tensors) {
    const type = types.get(name) ?? unknownState(name);
    if (!sameShape(type.shape, tensor.shape) || (tensor.dtype !== 'f32' && tensor.dtype !== 'f64'))
      throw mismatch(
        `state tensor ${name} is f32 [${type.shape.join(', ')}], given ${tensor.dtype} [${tensor.shape.join(', ')}]`,
      );
    checked.set(name, tensor);
  }
  return checked;
}

/**
 * The named tensors of a state on a device, whole packs downloaded once.
 *
 * @param download what a pack, or a tensor outside packs, holds
 * @throws StudioError `state-mismatch` for unknown names
 */
export async function readPlaced(
  names: Iterable<string>,
  places: ReadonlyMap<string, PackPlace>,
  download: (holder: string) => Promise<Float32Array>,
): Promise<NamedTensors<'f32'>> {
  const held = new Map<string, Float32Array>();
  const tensors = new Map<string, HostTensor<'f32'>>();
  for (const name of names) {
    const { holder, offset, shape } = places.get(name) ?? unknownState(name);
    const whole = held.get(holder) ?? (await download(holder));
    held.set(holder, whole);
    const data = whole.slice(offset, offset + elementCount(shape));
    tensors.set(name, { dtype: 'f32', shape, data });
  }
  return tensors;
}

/** @throws StudioError `state-mismatch` always */
export function unknownState(name: string): never {
  throw mismatch(`state tensor ${name} does not exist`);
}

function mismatch(message: string): StudioError {
  return new StudioError('state-mismatch', message, {
    advice: 'The file belongs to a network of another size or another version.',
  });
}
