/**
 * Checks of the tree in a pickle: pickles can build cycles, very deep chains, and small graphs that
 * are huge when walked as trees. Checkpoints have none of them; they are rejected here, so later
 * code can walk the tree recursively.
 */
import type { HostTensor } from '../../tensor/host-tensor.ts';
import type { Work } from './limits.ts';
import { Malformed } from './refusals.ts';
import { childrenOf, isDictionary, isNamespace, isTensor, type TorchValue } from './values.ts';

const MAX_DEPTH = 200;
const MAX_WALKED = 20_000_000;

interface Extent {
  /** Number of values, including itself. */
  walked: number;
  /** Number of levels, including its own. */
  height: number;
}

/** A value whose children are being visited. */
interface Open {
  readonly value: object;
  readonly rest: Iterator<TorchValue>;
  readonly extent: Extent;
}

const LEAF: Extent = { walked: 1, height: 1 };

/** @returns the tree's distinct tensors, in order @throws Malformed for cycles, depth and size */
export function surveyTree(root: TorchValue, work: Work): Set<HostTensor> {
  const tensors = new Set<HostTensor>();
  const extents = new Map<object, Extent>();
  const onPath = new Set<object>();
  const path: Open[] = [];

  const meet = (value: TorchValue) => {
    const known = isLeaf(value) ? LEAF : extents.get(value as object);
    if (known !== undefined) return addTo(path.at(-1)?.extent, known);
    const container = value as object;
    if (onPath.has(container)) throw new Malformed('its values contain themselves');
    onPath.add(container);
    const rest = childrenOf(value)[Symbol.iterator]();
    path.push({ value: container, rest, extent: { ...LEAF } });
    if (path.length > MAX_DEPTH) throw tooDeep();
  };

  meet(root);
  if (isTensor(root)) tensors.add(root);
  for (let open = path.at(-1); open !== undefined; open = path.at(-1)) {
    work.spend();
    const next = open.rest.next();
    if (!next.done) {
      if (isTensor(next.value)) tensors.add(next.value);
      meet(next.value);
      continue;
    }
    path.pop();
    onPath.delete(open.value);
    extents.set(open.value, open.extent);
    addTo(path.at(-1)?.extent, open.extent);
  }
  return tensors;
}

function isLeaf(value: TorchValue): boolean {
  return !Array.isArray(value) && !isDictionary(value) && !isNamespace(value);
}

function addTo(parent: Extent | undefined, child: Extent): void {
  if (parent === undefined) return;
  parent.walked += child.walked;
  parent.height = Math.max(parent.height, child.height + 1);
  if (parent.height > MAX_DEPTH) throw tooDeep();
  if (parent.walked > MAX_WALKED) {
    throw new Malformed('its values repeat each other beyond measure');
  }
}

function tooDeep(): Malformed {
  return new Malformed(`its values nest deeper than ${MAX_DEPTH} levels`);
}
