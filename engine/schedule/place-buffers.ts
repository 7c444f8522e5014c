/** Lifetimes of buffers among the steps, and their offsets in the arena. */
import { valueBytes } from '../passes/value-bytes.ts';
import { layOut } from './arena.ts';
import type { BufferDraft } from './homes.ts';
import type { Buffer, ComputeStep, Schedule, Step, View } from './schedule.ts';
import { isDense, sameSteps } from './views.ts';

/** The first and the last step that use a buffer; the last of a result is the number of steps. */
export interface Life {
  from: number;
  /** less than `from` where no step uses it */
  until: number;
}

/** A schedule of which the arena is not laid out. */
export interface DraftSchedule extends Pick<Schedule, 'steps' | 'results'> {
  readonly drafts: readonly BufferDraft[];
}

export function viewsOf(step: Step): { reads: readonly View[]; writes: readonly View[] } {
  if (step.kind === 'copy') return { reads: [step.from], writes: [step.to] };
  if (step.kind === 'fill') return { reads: [], writes: [step.to] };
  return { reads: step.reads, writes: step.writes.map(({ view }) => view) };
}

/** Buffers that no step uses keep their numbers and take no memory. */
export function placeBuffers(
  drafts: readonly BufferDraft[],
  steps: readonly Step[],
  results: Schedule['results'],
): Pick<Schedule, 'buffers' | 'arenaBytes'> {
  const lives = livesOf({ drafts, steps, results });
  const bytes = drafts.map(bytesOf);
  const overwritten = overwrittenBuffers(steps, lives, drafts, bytes);
  // Buffers that share their memory, each written over the one before, are one piece.
  const pieceOf = new Map<number, number>();
  const pieces: (Life & { bytes: number })[] = [];
  for (const buffer of byStart(lives)) {
    if (!isInArena(drafts[buffer]!) || lives[buffer]!.until < 0) continue;
    const earlier = overwritten.get(buffer);
    const piece = earlier === undefined ? undefined : pieceOf.get(earlier);
    if (piece === undefined)
      pieceOf.set(buffer, pieces.push({ ...lives[buffer]!, bytes: bytes[buffer]! }) - 1);
    else {
      pieceOf.set(buffer, piece);
      pieces[piece]!.until = lives[buffer]!.until;
    }
  }
  const arena = layOut(pieces);
  const buffers = drafts.map(
    (draft, i): Buffer => ({
      dtype: draft.dtype,
      elements: draft.elements,
      bytes: bytes[i]!,
      place:
        draft.place.kind === 'arena'
          ? { kind: 'arena', offset: arena.offsets[pieceOf.get(i) ?? -1] ?? 0 }
          : draft.place,
      ...lives[i]!,
    }),
  );
  return { buffers, arenaBytes: arena.bytes };
}

/** By the number of each buffer. */
export function livesOf({ drafts, steps, results }: DraftSchedule): Life[] {
  const lives = drafts.map((): Life => ({ from: steps.length, until: -1 }));
  const use = ({ buffer }: View, at: number) => {
    const life = lives[buffer]!;
    life.from = Math.min(life.from, at);
    life.until = Math.max(life.until, at);
  };
  steps.forEach((step, at) => {
    const { reads, writes } = viewsOf(step);
    for (const view of [...reads, ...writes]) use(view, at);
  });
  for (const { view } of results) use(view, steps.length);
  return lives;
}

export function bytesOf({ dtype, elements }: BufferDraft): number {
  return valueBytes({ dtype, shape: [elements] });
}

function byStart(lives: readonly Life[]): number[] {
  return lives.map((_, i) => i).sort((a, b) => lives[a]!.from - lives[b]!.from || a - b);
}

/**
 * For a buffer that an elementwise step writes whole, the one that ends there and has the same
 * elements at the same positions, so that each element is read before it is overwritten. So both have
 * elements of one size: as many bytes may be more elements of a narrower type.
 */
function overwrittenBuffers(
  steps: readonly Step[],
  lives: readonly Life[],
  drafts: readonly BufferDraft[],
  bytes: readonly number[],
): Map<number, number> {
  const fits = (one: number, other: number) =>
    isInArena(drafts[one]!) &&
    drafts[one]!.elements === drafts[other]!.elements &&
    bytes[one] === bytes[other];
  const found = new Map<number, number>();
  steps.forEach((step, at) => {
    if (step.kind !== 'elementwise') return;
    const taken = new Set<number>();
    for (const { view } of step.writes) {
      const life = lives[view.buffer]!;
      if (!isInArena(drafts[view.buffer]!) || life.from !== at || !isDense(view)) continue;
      const source = endingAt(step, at, lives).find(
        (buffer) =>
          !taken.has(buffer) &&
          fits(buffer, view.buffer) &&
          step.reads.every((read) => read.buffer !== buffer || isSame(read, view)),
      );
      if (source === undefined) continue;
      taken.add(source);
      found.set(view.buffer, source);
    }
  });
  return found;
}

const isInArena = ({ place }: BufferDraft) => place.kind === 'arena';

const isSame = (a: View, b: View) => a.offset === b.offset && sameSteps(a, b);

/** Buffers that are read for the last time, and not written, by a step. */
function endingAt(step: ComputeStep, at: number, lives: readonly Life[]): number[] {
  const read = new Set(step.reads.map(({ buffer }) => buffer));
  for (const { view } of step.writes) read.delete(view.buffer);
  return [...read].filter((buffer) => lives[buffer]!.until === at);
}
