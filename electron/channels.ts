/** The IPC contract between the window and its host, except the calls of the studio. */
import { z } from 'zod';
import { MOST_DROPPED } from '../engine/contract/studio/desktop.ts';
import type { Push } from '../engine/contract/studio/push.ts';
import type { AppSettings } from '../engine/contract/studio/settings.ts';
import { MOST_CALL_BYTES } from '../engine/contract/studio/wire.ts';

/** The scheme and host from which the page is loaded. */
export const SCHEME = 'app';
export const ORIGIN = 'app://studio';
export const PAGE = `${ORIGIN}/`;

/** Path of a report that is being printed, in a window without scripts that is never shown. */
export const REPORT_PATH = '/report';

/**
 * Whether a URL is that of the application's page, with any route.
 *
 * Routes are behind `#`, so no other URL of this origin is ever shown as a page.
 */
export function isOwnPage(url: string): boolean {
  return url.split(/[?#]/, 1)[0] === PAGE;
}

const path = z.string().min(1).max(32_768);

/** Requests of the window to its host: channel → schema of its one argument. */
export const requests = {
  /** A call envelope, which is validated by the studio's contract. */
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
  'dialog:save-pdf': z.strictObject({ name: z.string().min(1).max(4096), html: z.string() }),
  'paths:describe': z.array(path).max(MOST_DROPPED),
  'workspace:change': path,
  'shell:reveal': path,
  'app:about': z.undefined(),
} as const;

export type RequestChannel = keyof typeof requests;
export type ChannelRequest<C extends RequestChannel> = z.infer<(typeof requests)[C]>;

/**
 * Maximum bytes of a request, checked before it is parsed. The preload script repeats these numbers, since
 * it cannot import modules; it checks them before the message is copied into the host.
 */
export const MOST_BYTES = {
  'dialog:save-file': 256 << 20,
  'dialog:save-pdf': 256 << 20,
  'paths:describe': 16 << 20,
  others: MOST_CALL_BYTES,
} as const;

export function mostBytes(channel: RequestChannel): number {
  const special: Partial<Record<RequestChannel, number>> = MOST_BYTES;
  return special[channel] ?? MOST_BYTES.others;
}

/** The reply to a request: a value or an error message. */
export type HostReply = { readonly value: unknown } | { readonly error: string };

/** Actions of menus that the page performs. */
export type MenuAction = `page:${string}` | `theme:${AppSettings['theme']}`;

/** Messages of the host to the window, by channel. */
export interface HostMessages {
  readonly 'studio:push': Push;
  readonly 'menu:action': MenuAction;
}
export type HostChannel = keyof HostMessages;
