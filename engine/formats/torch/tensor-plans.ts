/**
 * Tensors as views of storages: planned while the pickle is read, filled when their storage is
 * read. The plan checks every position before data are touched.
 */
import {
  elementCount,
  HOST_ARRAYS,
  type HostData,
  type HostTensor,
  hostTensor,
} from '../../tensor/host-tensor.ts';
import { allocateBytes, asCount, Malformed, printable } from './refusals.ts';
import { type StorageRecord, StorageView } from './storages.ts';
import type { TorchValue } from './values.ts';

const MAX_RANK = 64;
const NO_DATA = new Uint8Array(0);

export interface TensorPlan {
  /** Without data until it is filled. */
  readonly tensor: HostTensor;
  readonly storage: StorageRecord;
  /** Position of the first element in the storage. */
  readonly offset: number;
  /** Distance of neighbouring elements in the storage, per axis; 0 for an expanded axis. */
  readonly strides: readonly number[];
  readonly count: number;
}

/**
 * @param sizes   per axis
 * @param strides per axis, elements
 * @throws Malformed when an element would lie outside the storage
 */
export function planTensor(
  view: TorchValue | undefined,
  start: TorchValue | undefined,
  sizes: TorchValue | undefined,
  strides: TorchValue | undefined,
): TensorPlan {
  if (!(view instanceof StorageView)) throw new Malformed('a tensor has no storage');
  const { storage } = view;
  const what = `a tensor of storage ${printable(storage.key)}`;
  const shape = asCounts(sizes, `the shape of ${what}`);
  const steps = asCounts(strides, `the strides of ${what}`);
  if (steps.length !== shape.length) {
    throw new Malformed(`${what} has ${shape.length} axes and ${steps.length} strides`);
  }
  const offset = asCount(start, `the offset of ${what}`);
  const count = asCount(elementCount(shape), `the number of elements of ${what}`);
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * steps[axis]!, offset);
  if (count > 0 && last >= view.count) {
    throw new Malformed(`${what} reaches element ${last} of ${view.count}`);
  }
  return {
    tensor: hostTensor(storage.dtype, shape, NO_DATA),
    storage,
    offset: view.offset + offset,
    strides: steps,
    count,
  };
}

export function planBytes(plan: TensorPlan): number {
  return plan.count * HOST_ARRAYS[plan.storage.dtype].BYTES_PER_ELEMENT;
}

/**
 * Fill the tensors of one storage. A tensor that is the only one and covers the whole storage uses
 * its memory; others get copies, so no two tensors share memory.
 */
export function fillTensors(plans: readonly TensorPlan[], buffer: ArrayBuffer): void {
  for (const plan of plans) {
    const all = new HOST_ARRAYS[plan.storage.dtype](buffer);
    const whole = plans.length === 1 && plan.count === all.length && isContiguous(plan);
    const data = whole ? all : gather(all, plan);
    const tensor: HostTensor = Object.assign(plan.tensor, { data });
    if (tensor.dtype === 'bool' && tensor.data.some((byte) => byte > 1))
      throw new Malformed('a tensor of bools holds other bytes than 0 and 1');
  }
}

function gather(all: HostData, plan: TensorPlan): HostData {
  if (plan.count === 0) return all.slice(0, 0);
  if (isContiguous(plan)) return all.slice(plan.offset, plan.offset + plan.count);
  const out = new HOST_ARRAYS[plan.storage.dtype](allocateBytes(planBytes(plan)).buffer);
  const { shape } = plan.tensor;
  const inner = shape.length - 1;
  const index = new Array<number>(shape.length).fill(0);
  let from = plan.offset;
  for (let at = 0; at < plan.count; ) {
    for (let i = 0; i < shape[inner]!; i++) out[at++] = all[from + i * plan.strides[inner]!]!;
    for (let axis = inner - 1; axis >= 0; axis--) {
      from += plan.strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= index[axis]! * plan.strides[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/** Whether the elements are contiguous and in order; axes of size 1 may have any stride. */
function isContiguous({ tensor, strides }: TensorPlan): boolean {
  let due = 1;
  for (let axis = strides.length - 1; axis >= 0; axis--) {
    const size = tensor.shape[axis]!;
    if (size !== 1 && strides[axis] !== due) return false;
    due *= size;
  }
  return true;
}

function asCounts(value: TorchValue | undefined, what: string): number[] {
  if (!Array.isArray(value) || value.length > MAX_RANK) {
    throw new Malformed(`${what} is not a list of at most ${MAX_RANK} numbers`);
  }
  return value.map((size) => asCount(size, what));
}
