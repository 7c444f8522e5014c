/** Which part of a network is trained on labels. */
import { StudioError } from '../../contract/errors.ts';

export type Mode =
  /** everything */
  | { readonly kind: 'full' }
  /** the last blocks, with the norm and the head after them */
  | { readonly kind: 'partial'; readonly blocks: number }
  /** a head on frozen features */
  | { readonly kind: 'linear' };

/**
 * @param text `full`, `partial:K` or `linear`; `partial:0` is `linear`
 * @throws StudioError `usage`
 */
export function parseMode(text: string): Mode {
  if (text === 'full' || text === 'linear') return { kind: text };
  const blocks = /^partial:(\d{1,3})$/.exec(text)?.[1];
  if (blocks === undefined) {
    throw new StudioError('usage', `--mode is "${text}"; it must be full, partial:K or linear.`, {
      advice: 'partial:2 trains the last two blocks and the head; linear trains the head alone.',
    });
  }
  return blocks === '0' ? { kind: 'linear' } : { kind: 'partial', blocks: Number(blocks) };
}

export function modeText(mode: Mode): string {
  return mode.kind === 'partial' ? `partial:${mode.blocks}` : mode.kind;
}
