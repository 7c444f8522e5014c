/** Everything that passes between the window and its host besides calls of the studio, in one place. */
import { z } from 'zod';

/** The scheme and host from which the page is loaded. */
export const SCHEME = 'app';
export const ORIGIN = 'app://studio';
export const PAGE = `${ORIGIN}/`;

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

/** What the host tells the window. */
export type TellChannel = 'studio:push' | 'menu:action';
