/**
 * Who may come in: one token, shown once when the server starts, is exchanged for a cookie.
 *
 * Wrong tokens are counted: after a few, an address waits, and after many, everybody does.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const COOKIE = 'conmim_session';
const WINDOW_MS = 60_000;
const TRIES_OF_ONE = 5;
const TRIES_OF_ALL = 50;
const KEPT_ADDRESSES = 10_000;

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export type LoginResult =
  | { readonly cookie: string }
  | { readonly refused: 'wrong-token' }
  | { readonly refused: 'too-many'; readonly retrySeconds: number };

export class Sessions {
  readonly #token: Buffer;
  readonly #secure: boolean;
  readonly #now: () => number;
  readonly #open = new Set<string>();
  readonly #failures = new Map<string, number[]>();
  #allFailures: number[] = [];

  constructor(token: string, options: { secure: boolean; now?: () => number }) {
    this.#token = digest(token);
    this.#secure = options.secure;
    this.#now = options.now ?? Date.now;
  }

  login(token: string, address: string): LoginResult {
    const now = this.#now();
    const recent = (times: readonly number[]) => times.filter((time) => now - time < WINDOW_MS);
    const own = recent(this.#failures.get(address) ?? []);
    this.#allFailures = recent(this.#allFailures);
    const blocking =
      own.length >= TRIES_OF_ONE
        ? own
        : this.#allFailures.length >= TRIES_OF_ALL
          ? this.#allFailures
          : undefined;
    if (blocking !== undefined) {
      const retrySeconds = Math.max(1, Math.ceil((blocking[0]! + WINDOW_MS - now) / 1000));
      return { refused: 'too-many', retrySeconds };
    }
    if (!timingSafeEqual(digest(token), this.#token)) {
      if (this.#failures.size > KEPT_ADDRESSES) this.#failures.clear();
      this.#failures.set(address, [...own, now]);
      this.#allFailures.push(now);
      return { refused: 'wrong-token' };
    }
    const session = newToken();
    this.#open.add(session);
    const secure = this.#secure ? '; Secure' : '';
    return { cookie: `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/${secure}` };
  }

  /** Whether a request carries an open session. */
  knows(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
    return cookies.some(
      (cookie) =>
        cookie.startsWith(`${COOKIE}=`) && this.#open.has(cookie.slice(COOKIE.length + 1)),
    );
  }
}

/** Of equal length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
