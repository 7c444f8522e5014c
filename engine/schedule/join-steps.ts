/**
 * Steps that one call of a library computes together, as one step in the place of the first of them.
 *
 * A step moves up to another one only where no step between uses what it writes, or writes what it reads.
 * Values are computed as before, so the order alone changes.
 */
import type { BufferDraft } from './homes.ts';
import type { KernelTraits } from './kernel-traits.ts';
import { viewsOf } from './place-buffers.ts';
import type { ComputeStep, Operand, Step, View } from './schedule.ts';
import { sameView } from './views.ts';

/** Steps farther apart stay apart, so that what is computed earlier takes no memory for long. */
const REACH = 32;

export function joinSteps(
  steps: readonly Step[],
  drafts: readonly BufferDraft[],
  { together }: KernelTraits,
): readonly Step[] {
  if (together === undefined) return steps;
  const taken = new Set<Step>();
  return steps.flatMap((first, at): Step | readonly Step[] => {
    if (taken.has(first)) return [];
    if (!('body' in first)) return first;
    let whole = first;
    const later = steps.slice(at + 1, at + 1 + REACH).filter((step) => !taken.has(step));
    const passed: Step[] = [first];
    for (const step of later) {
      const joins =
        'body' in step &&
        together(whole, step) &&
        passed.every((one) => commute(one, step, drafts));
      passed.push(step);
      if (!joins) continue;
      taken.add(step);
      whole = union(whole, step);
    }
    return whole;
  });
}

/** Whether two steps may run in either order. */
function commute(a: Step, b: Step, drafts: readonly BufferDraft[]): boolean {
  const [one, other] = [a, b].map((step) => usesOf(step, drafts)) as [Uses, Uses];
  return (
    !one.writes.some((place) => other.writes.includes(place) || other.reads.includes(place)) &&
    !one.reads.some((place) => other.writes.includes(place))
  );
}

interface Uses {
  readonly reads: readonly (string | number)[];
  readonly writes: readonly (string | number)[];
}

function usesOf(step: Step, drafts: readonly BufferDraft[]): Uses {
  // The old and the next value of a state are two buffers in one place.
  const placeOf = ({ buffer }: View) => {
    const { place } = drafts[buffer]!;
    return place.kind === 'state' ? place.name : buffer;
  };
  const { reads, writes } = viewsOf(step);
  return { reads: reads.map(placeOf), writes: writes.map(placeOf) };
}

/** The instructions of both, on what both read. */
function union(a: ComputeStep, b: ComputeStep): ComputeStep {
  const reads = [...a.reads];
  const positions = b.reads.map((view) => {
    const known = reads.findIndex((one) => sameView(one, view));
    return known < 0 ? reads.push(view) - 1 : known;
  });
  const shift = a.body.length;
  const moved = (operand: Operand): Operand => {
    if ('read' in operand) return { read: positions[operand.read]! };
    return 'value' in operand ? { value: operand.value + shift } : operand;
  };
  const body = b.body.map((one) => ({ ...one, operands: one.operands.map(moved) }));
  const writes = b.writes.map(({ value, view }) => ({ value: value + shift, view }));
  return {
    kind: 'composite',
    reads,
    body: [...a.body, ...body],
    writes: [...a.writes, ...writes],
  };
}
