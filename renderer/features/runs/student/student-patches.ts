/** Patches of an image in words, and how keys move among them. */
import type { MaskedPatch } from '../../../../engine/contract/studio/index.ts';
import { percentText } from '../../../ui/format.ts';

export interface PatchGrid {
  readonly rows: number;
  readonly cols: number;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
  PageUp: -10,
  PageDown: 10,
};

/** @param at -1 where none is chosen @returns undefined for keys that do not move */
export function movedTo(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const by = STEPS[key];
  if (by === undefined) return undefined;
  if (at < 0) return by < 0 ? count - 1 : 0;
  return Math.max(0, Math.min(count - 1, at + by));
}

/** `Row 3, column 5: took row 2, column 7 with 41.0 %; its own had 12.0 %.` */
export function patchText(
  { patch, taken, takenProbability, ownProbability }: MaskedPatch,
  { cols }: PatchGrid,
): string {
  const place = (one: number) => `row ${Math.floor(one / cols) + 1}, column ${(one % cols) + 1}`;
  const own = place(patch);
  const start = `${own.charAt(0).toUpperCase()}${own.slice(1)}`;
  if (patch === taken) return `${start}: found itself with ${percentText(ownProbability)}.`;
  return `${start}: took ${place(taken)} with ${percentText(takenProbability)}; its own had ${percentText(ownProbability)}.`;
}
