/** Everything that passes between the window and its host besides calls of the studio, in one place. */
import { z } from 'zod';
import type { Push } from '../engine/contract/studio/api.ts';
import { MOST_DROPPED } from '../engine/contract/studio/desktop.ts';
import type { AppSettings } from '../engine/contract/studio/settings.ts';
import { MOST_CALL_BYTES } from '../engine/contract/studio/wire.ts';

/** The scheme and host from which the page is loaded. */
export const SCHEME = 'app';
export const ORIGIN = 'app://studio';
export const PAGE = `${ORIGIN}/`;

/**
 * Whether an address is the page's own, at whatever place within it.
 *
 * Places are behind `#`, so nothing else at this origin is ever shown as a page.
 */
export function isOwnPage(url: string): boolean {
  return url.split(/[?#]/, 1)[0] === PAGE;
}

const path = z.string().min(1).max(32_768);

/** What the window may ask its host, by channel: the shape of its one argument. */
export const requests = {
  /** A call envelope, which the studio's contract checks further. */
  'studio:call': z.unknown(),
  'dialog:folders': z.undefined(),
  'dialog:file': z.strictObject({
    title: z.string().max(200),
    extensions: z.array(z.string().regex(/^\w+$/)).max(20),
  }),
  'dialog:save': z.strictObject({ title: z.string().max(200), defaultName: z.string().max(4096) }),
  'dialog:save-file': z.strictObject({
    name: z.string().min(1).max(4096),
    bytes: z.instanceof(Uint8Array),
  }),
  'paths:describe': z.array(path).max(MOST_DROPPED),
  'workspace:change': path,
  'shell:reveal': path,
  'app:about': z.undefined(),
} as const;

export type RequestChannel = keyof typeof requests;
export type RequestOf<C extends RequestChannel> = z.infer<(typeof requests)[C]>;

/**
 * Bytes of a request, at most, looked at before it is parsed. The preload script has the same numbers,
 * since it can import nothing; it looks before the message is copied into the host.
 */
export const MOST_BYTES = {
  'dialog:save-file': 256 << 20,
  'paths:describe': 16 << 20,
  others: MOST_CALL_BYTES,
} as const;

export function mostBytes(channel: RequestChannel): number {
  const special: Partial<Record<RequestChannel, number>> = MOST_BYTES;
  return special[channel] ?? MOST_BYTES.others;
}

/** What a request is answered: a value, or why there is none. */
export type Answer = { readonly value: unknown } | { readonly error: string };

/** What a menu asks of the page. */
export type MenuAction = `page:${string}` | `theme:${AppSettings['theme']}`;

/** What the host tells the window, by channel. */
export interface Tellings {
  readonly 'studio:push': Push;
  readonly 'menu:action': MenuAction;
}
export type TellChannel = keyof Tellings;
