/**
 * Authentication: the token that is printed when the server starts is exchanged for a session cookie.
 *
 * Wrong tokens are counted. After a few of them their address has to wait, and after many, all clients.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const WINDOW_MS = 60_000;
const TRIES_OF_ONE = 5;
const TRIES_OF_ALL = 50;
const KEPT_ADDRESSES = 10_000;
/** When there are more sessions than this, the oldest are closed. */
const KEPT_SESSIONS = 1000;

/** A token of 256 random bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export interface LoginRequest {
  readonly token: string;
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
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
  readonly #failures = new Map<string, readonly number[]>();
  #allFailures: readonly number[] = [];

  constructor(token: string, options: { secure: boolean; now?: () => number }) {
    this.#token = digest(token);
    this.#secure = options.secure;
    this.#now = options.now ?? Date.now;
  }

  login({ token, address, headers }: LoginRequest): LoginResult {
    const now = this.#now();
    const recent = (times: readonly number[]) => times.filter((time) => now - time < WINDOW_MS);
    const own = recent(this.#failures.get(address) ?? []);
    this.#allFailures = recent(this.#allFailures);
    const first = [
      ...(own.length >= TRIES_OF_ONE ? own.slice(0, 1) : []),
      ...(this.#allFailures.length >= TRIES_OF_ALL ? this.#allFailures.slice(0, 1) : []),
    ];
    if (first.length > 0) {
      const retrySeconds = Math.ceil((Math.max(...first) + WINDOW_MS - now) / 1000);
      return { refused: 'too-many', retrySeconds: Math.max(1, retrySeconds) };
    }
    if (!timingSafeEqual(digest(token), this.#token)) {
      if (this.#failures.size > KEPT_ADDRESSES) this.#failures.clear();
      this.#failures.set(address, [...own, now]);
      this.#allFailures = [...this.#allFailures, now];
      return { refused: 'wrong-token' };
    }
    const session = newToken();
    this.#open.add(session);
    for (const oldest of this.#open) {
      if (this.#open.size <= KEPT_SESSIONS) break;
      this.#open.delete(oldest);
    }
    const secure = this.#secure ? '; Secure' : '';
    const name = this.#cookieName(headers);
    return { cookie: `${name}=${session}; HttpOnly; SameSite=Strict; Path=/${secure}` };
  }

  /** Whether a request has the cookie of an open session. */
  isOpen(headers: IncomingHttpHeaders): boolean {
    const start = `${this.#cookieName(headers)}=`;
    return (headers.cookie ?? '')
      .split(';')
      .map((part) => part.trim())
      .some((cookie) => cookie.startsWith(start) && this.#open.has(cookie.slice(start.length)));
  }

  /**
   * Cookies are shared by all ports of a name, so two servers, or tunnels to two machines, would log
   * each other out if their cookies had one name.
   */
  #cookieName({ host = '' }: IncomingHttpHeaders): string {
    const port = /:(\d+)$/.exec(host)?.[1] ?? 'default';
    // Browsers accept this prefix only over TLS, and send such a cookie only to this host.
    return `${this.#secure ? '__Host-' : ''}conmim_session_${port}`;
  }
}

/** A digest, so that texts of any length can be compared in constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
