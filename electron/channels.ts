/** Everything that passes between the window and its host besides calls of the studio, in one place. */
import { z } from 'zod';
import type { Push } from '../engine/contract/studio/api.ts';
import type { AppSettings } from '../engine/contract/studio/settings.ts';

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
  'shell:reveal': path,
} as const;

export type RequestChannel = keyof typeof requests;
export type RequestOf<C extends RequestChannel> = z.infer<(typeof requests)[C]>;

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
