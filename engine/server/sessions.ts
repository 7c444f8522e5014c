/**
 * Who may come in: one token, shown once when the server starts, is exchanged for a cookie.
 *
 * Wrong tokens are counted: after a few, an address waits, and after many, everybody does.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const WINDOW_MS = 60_000;
const TRIES_OF_ONE = 5;
const TRIES_OF_ALL = 50;
const KEPT_ADDRESSES = 10_000;
/** More browsers than anyone has; the first to have come in go out. */
const KEPT_SESSIONS = 1000;

/** 256 random bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export interface LoginRequest {
  readonly token: string;
  /** Where it comes from. */
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

  /** Whether a request carries an open session. */
  knows(headers: IncomingHttpHeaders): boolean {
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
    // Browsers take this prefix over TLS only, and for this very name only.
    return `${this.#secure ? '__Host-' : ''}conmim_session_${port}`;
  }
}

/** Of equal length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
