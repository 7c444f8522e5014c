/** Which part of a network is trained on labels. */
import { StudioError } from './errors.ts';

export type Mode =
  /** everything */
  | { readonly kind: 'full' }
  /** the last blocks, with the norm and the head after them */
  | { readonly kind: 'partial'; readonly blocks: number }
  /** a head on frozen features */
  | { readonly kind: 'linear' };

export const MODE_PATTERN = /^(?:full|linear|partial:(\d{1,3}))$/;

/**
 * @param text `full`, `partial:K` or `linear`; `partial:0` is `linear`
 * @throws StudioError `usage`
 */
export function parseMode(text: string): Mode {
  const found = MODE_PATTERN.exec(text);
  if (found === null) {
    throw new StudioError('usage', `--mode is "${text}"; it must be full, partial:K or linear.`, {
      advice: 'partial:2 trains the last two blocks and the head; linear trains the head alone.',
    });
  }
  if (text === 'full') return { kind: 'full' };
  const blocks = Number(found[1] ?? 0);
  return blocks === 0 ? { kind: 'linear' } : { kind: 'partial', blocks };
}

export function modeText(mode: Mode): string {
  return mode.kind === 'partial' ? `partial:${mode.blocks}` : mode.kind;
}
