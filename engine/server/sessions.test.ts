import { describe, expect, it } from 'vitest';
import { newToken, Sessions } from './sessions.ts';

const TOKEN = 'a-token-that-nobody-guesses';

function world(secure = false) {
  const time = { now: 0 };
  const sessions = new Sessions(TOKEN, { secure, now: () => time.now });
  const enter = (token: string, address = 'a', host = 'localhost:7860') =>
    sessions.login({ token, address, headers: { host } });
  return { sessions, enter, time };
}

function cookieOf(result: object): string {
  if (!('cookie' in result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return String(result.cookie).split(';')[0]!;
}

it('makes tokens of 256 random bits', () => {
  const tokens = Array.from({ length: 100 }, newToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
});

describe('a session', () => {
  it('is opened by the token alone', () => {
    const { sessions, enter } = world();
    for (const wrong of ['', 'a', `${TOKEN} `, TOKEN.toUpperCase()])
      expect(enter(wrong)).toEqual({ refused: 'wrong-token' });
    const cookie = cookieOf(enter(TOKEN));
    expect(cookie).not.toContain(TOKEN);
    const headers = { host: 'localhost:7860' };
    expect(sessions.isOpen({ ...headers, cookie: `other=1; ${cookie}; more=2` })).toBe(true);
    expect(sessions.isOpen({ ...headers, cookie: cookie.slice(0, -1) })).toBe(false);
    expect(sessions.isOpen({ ...headers, cookie: `x${cookie}` })).toBe(false);
    expect(sessions.isOpen({ ...headers, cookie: `${cookie.split('=')[0]}=${TOKEN}` })).toBe(false);
    expect(sessions.isOpen(headers)).toBe(false);
  });

  it('has another name for each port, which tunnels to two machines need', () => {
    const { enter } = world();
    const names = ['box:1', 'box:2', 'box', '[::1]:3'].map(
      (host) => cookieOf(enter(TOKEN, 'a', host)).split('=')[0],
    );
    expect(names.map((name) => name?.replace('conmim_session_', ''))).toEqual([
      '1',
      '2',
      'default',
      '3',
    ]);
  });

  it('is bound to TLS and to one name under TLS', () => {
    const result = world(true).enter(TOKEN);
    expect('cookie' in result && result.cookie).toMatch(
      /^__Host-conmim_session_7860=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Secure$/,
    );
  });

  it('goes when a thousand others came after it', () => {
    const { sessions, enter } = world();
    const first = cookieOf(enter(TOKEN));
    const knows = () => sessions.isOpen({ host: 'localhost:7860', cookie: first });
    for (let i = 0; i < 999; i++) enter(TOKEN);
    expect(knows()).toBe(true);
    enter(TOKEN);
    expect(knows()).toBe(false);
  });
});

describe('wrong tokens', () => {
  it('make their address wait, even with the right one', () => {
    const { enter, time } = world();
    for (let i = 0; i < 5; i++) expect(enter('wrong')).toEqual({ refused: 'wrong-token' });
    expect(enter(TOKEN)).toEqual({ refused: 'too-many', retrySeconds: 60 });
    expect(enter(TOKEN, 'b')).toHaveProperty('cookie');
    time.now = 59_500;
    expect(enter(TOKEN)).toEqual({ refused: 'too-many', retrySeconds: 1 });
    time.now = 60_000;
    expect(enter(TOKEN)).toHaveProperty('cookie');
  });

  it('make everybody wait when there are many', () => {
    const { enter, time } = world();
    for (let i = 0; i < 50; i++) enter('wrong', `address ${i}`);
    expect(enter(TOKEN, 'fresh')).toEqual({ refused: 'too-many', retrySeconds: 60 });
    time.now = 60_000;
    expect(enter(TOKEN, 'fresh')).toHaveProperty('cookie');
  });
});
