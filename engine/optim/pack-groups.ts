/** Grouping of the parameters that are updated as one vector: those of one group, up to a size. */
import { elementCount } from '../tensor/host-tensor.ts';

/**
 * The most elements of a pack that has several members. Old and new values of a pack exist side by
 * side where state cannot be overwritten, and graphics cards limit the size of a buffer.
 */
const PACK_ELEMENTS = 2 ** 24;

export interface PackedGroup {
  /** numbers of one group share learning rate and weight decay */
  readonly group: string;
  /** name of the pack among all */
  readonly pack: string;
  readonly members: readonly string[];
  /** elements */
  readonly size: number;
}

/**
 * @param groupOf optimizer group of a parameter; undefined for one that is not updated
 * @param limit   most elements of a pack
 */
export function packGroups(
  specs: readonly { readonly name: string; readonly shape: readonly number[] }[],
  groupOf: (name: string, shape: readonly number[]) => string | undefined,
  limit = PACK_ELEMENTS,
): PackedGroup[] {
  const open = new Map<string, { group: string; pack: string; members: string[]; size: number }>();
  const packs: PackedGroup[] = [];
  const counts = new Map<string, number>();
  for (const { name, shape } of specs) {
    const group = groupOf(name, shape);
    if (group === undefined) continue;
    const size = elementCount(shape);
    let pack = open.get(group);
    if (!pack || pack.size + size > limit) {
      const count = counts.get(group) ?? 0;
      counts.set(group, count + 1);
      pack = { group, pack: count === 0 ? group : `${group}.${count}`, members: [], size: 0 };
      open.set(group, pack);
      packs.push(pack);
    }
    pack.members.push(name);
    pack.size += size;
  }
  return packs;
}
