/** Idle, slow and too many connections, with real sockets and short timeouts. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';
import { ask, exchange, logIn, openSocket } from './testing/browser.ts';
import { MemoryStudio } from './testing/memory-studio.ts';

const TOKEN = 'a-token-that-nobody-guesses';
const TIMEOUTS = { headMs: 150, requestMs: 300, keepAliveMs: 100, readMs: 400 };
let base: string;
let server: RunningServer;
let answers: (() => void)[];

const studio = new MemoryStudio({ 'jobs.list': async () => [] });
async function start(more: Partial<ServerOptions> = {}): Promise<void> {
  server = await startServer({
    studio,
    limits: { roots: [base], workspace: base },
    host: '127.0.0.1',
    port: 0,
    names: [],
    token: TOKEN,
    timeouts: TIMEOUTS,
    ...more,
  });
}
beforeEach(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'conmim-idle-'));
  answers = [];
});
afterEach(async () => {
  for (const answer of answers) answer();
  await server.close();
  rmSync(base, { recursive: true, force: true });
});

const raw = () => connect(Number(new URL(server.url).port), '127.0.0.1');
/** Resolves with all received text when the other side has ended the connection. */
function ended(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (piece) => (text += piece));
  socket.on('error', () => {});
  return new Promise((resolve) => socket.on('close', () => resolve(text)));
}
const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a connection is ended', () => {
  it('when nothing is ever sent', async () => {
    await start({ timeouts: { ...TIMEOUTS, readMs: 1e9 } });
    await ended(raw());
  });

  it('when the head of a request comes too slowly', async () => {
    await start();
    const socket = raw();
    const end = ended(socket);
    const drip = setInterval(() => socket.writable && socket.write('x'), 20);
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-');
    await end;
    clearInterval(drip);
  });

  it('when a body comes without end, slowly or quickly', async () => {
    await start();
    for (const pause of [20, 0]) {
      const socket = raw();
      const end = ended(socket);
      socket.write('POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n');
      const drip = setInterval(() => socket.writable && socket.write('1\r\nx\r\n'), pause);
      expect(await end).toMatch(/^HTTP\/1\.1 405 /);
      clearInterval(drip);
    }
  });

  it('when no next request follows, and when it follows too slowly', async () => {
    await start();
    const request = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
    for (const next of ['', 'GET / HT']) {
      const socket = raw();
      const end = ended(socket);
      socket.write(request);
      await passed(30);
      socket.write(next);
      expect(await end).toMatch(/^HTTP\/1\.1 401 /);
    }
  });

  it('when a socket was refused and its other end stays open', async () => {
    await start();
    const socket = connect({
      port: Number(new URL(server.url).port),
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    socket.write(
      'GET /api HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    const end = ended(socket);
    // The other side may have closed already.
    const drip = setInterval(() => socket.writable && socket.write('x'), 50);
    expect(await end).toMatch(/^HTTP\/1\.1 403 /);
    clearInterval(drip);
  });

  it('when an answer is not read', async () => {
    writeFileSync(path.join(base, 'large.bin'), Buffer.alloc(64 << 20));
    await start();
    const cookie = await logIn(server, TOKEN);
    const socket = raw();
    socket.pause();
    socket.on('error', () => {});
    const target = encodeURIComponent(path.join(base, 'large.bin'));
    socket.write(
      `GET /download?path=${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n\r\n`,
    );
    await passed(TIMEOUTS.readMs * 3);
    let bytes = 0;
    socket.on('data', (piece) => (bytes += piece.length)).resume();
    await new Promise((resolve) => socket.on('close', resolve));
    expect(bytes).toBeLessThan(64 << 20);
  });

  it.skipIf(process.platform === 'win32')(
    'when TLS is never begun, or nothing follows',
    async () => {
      const at = (name: string) => path.join(base, name);
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '1',
          '-subj',
          '/CN=localhost',
          '-keyout',
          at('key.pem'),
          '-out',
          at('cert.pem'),
        ],
        { stdio: 'ignore' },
      );
      const tls = { cert: readFileSync(at('cert.pem')), key: readFileSync(at('key.pem')) };
      await start({ tls, timeouts: { ...TIMEOUTS, readMs: 1e9 } });
      await ended(raw());
      const port = Number(new URL(server.url).port);
      await ended(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }));
    },
  );
});

describe('a connection is kept', () => {
  it('while the studio works on what was asked', async () => {
    const slow = new MemoryStudio();
    slow.readImage = () =>
      new Promise<never>((resolve) =>
        answers.push(() =>
          (resolve as unknown as (picture: object) => void)({
            type: 'image/webp',
            bytes: Buffer.from('picture'),
          }),
        ),
      );
    await start({ studio: slow });
    const cookie = await logIn(server, TOKEN);
    const picture = ask(server, `/image?path=${base}/a.png&side=64`, { headers: { cookie } });
    await passed(TIMEOUTS.readMs * 3);
    for (const answer of answers.splice(0)) answer();
    expect(await picture).toMatchObject({ status: 200, text: 'picture' });
  });

  it('when it is the socket of a page that answers', async () => {
    await start({ heartbeatMs: 100 });
    const cookie = await logIn(server, TOKEN);
    const page = await openSocket(server, { cookie, origin: server.url });
    await passed(TIMEOUTS.readMs * 3);
    const call = JSON.stringify({ id: 1, name: 'jobs.list', input: {} });
    expect(await exchange(page, call)).toEqual({ id: 1, value: [] });
    page.close();
  });
});

describe('of too many connections', () => {
  const patient = { headMs: 60_000, requestMs: 60_000, keepAliveMs: 60_000, readMs: 60_000 };

  it('strangers go first, and pages that are logged in go on', async () => {
    await start({ timeouts: patient, most: { connections: 10, sockets: 3 } });
    const cookie = await logIn(server, TOKEN);
    const page = await openSocket(server, { cookie, origin: server.url });
    const strangers = Array.from({ length: 40 }, raw);
    const gone = strangers.map(ended);
    await Promise.all(gone.slice(0, 30));
    const call = JSON.stringify({ id: 1, name: 'jobs.list', input: {} });
    expect(await exchange(page, call)).toEqual({ id: 1, value: [] });
    expect((await ask(server, '/', { headers: { cookie } })).status).toBe(200);
    for (const stranger of strangers) stranger.destroy();
    page.close();
  });

  it('sockets of pages are refused in words', async () => {
    await start({ timeouts: patient, most: { connections: 50, sockets: 3 } });
    const cookie = await logIn(server, TOKEN);
    const open = () => openSocket(server, { cookie, origin: server.url });
    const pages = [await open(), await open(), await open()];
    await expect(open()).rejects.toThrow('503');
    pages[0]!.close();
    await new Promise((resolve) => pages[0]!.once('close', resolve));
    await expect.poll(() => open().then((page) => page.close(), String)).toBeUndefined();
    for (const page of pages) page.close();
  });
});
