/** The server with real sockets and a real studio. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudioHost } from '../contract/studio/host.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { packagedFile } from '../platform/packaged-file.ts';
import { openStudio } from '../studio/studio.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';
import {
  ask,
  exchange,
  type HttpAnswer,
  logIn,
  openSocket,
  type Request,
} from './testing/browser.ts';

const TOKEN = 'a token that nobody + guesses & more';
let base: string;
let workspace: string;
let studio: StudioHost;
let server: RunningServer;
let cookie: string;

beforeAll(async () => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'conmim-server-')));
  workspace = path.join(base, 'roots', 'ws');
  mkdirSync(workspace, { recursive: true });
  await writeSmallImage(base, 'roots/a.png', 1);
  await writeSmallImage(base, 'outside/b.png', 2);
  symlinkSync(path.join(base, 'outside'), path.join(workspace, 'way-out'), 'junction');
  const roots = [path.join(base, 'roots')];
  studio = await openStudio({ workspace, roots, host: 'server' });
  server = await serve();
  cookie = await logIn(server, TOKEN);
});
afterAll(async () => {
  await server.close();
  await studio.close();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

function serve(over: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const limits = { roots: [path.join(base, 'roots')], workspace };
  return startServer({
    studio,
    limits,
    host: '127.0.0.1',
    port: 0,
    names: [],
    token: TOKEN,
    ...over,
  });
}

/** Send a request with a session. */
function get(target: string, { headers, ...rest }: Request = {}): Promise<HttpAnswer> {
  return ask(server, target, { ...rest, headers: { cookie, ...headers } });
}

describe('coming in', () => {
  it('takes one visit of the link, and the cookie is out of reach of scripts', async () => {
    const login = await ask(server, `/login?token=${encodeURIComponent(TOKEN)}`);
    expect(login.status).toBe(303);
    expect(login.headers.location).toBe('/');
    expect(login.headers['set-cookie']).toEqual([
      expect.stringMatching(/^conmim_session_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/),
    ]);
    expect(login.text).not.toContain('token');
    expect((await get('/')).text).toContain('<div id="root">');
  });

  it('is refused without a session, whatever is asked for', async () => {
    const targets = ['/', '/index.html', '/image?path=a&side=64', '/download?path=a', '/api', '/x'];
    for (const target of targets) {
      const { status, text, headers } = await ask(server, target);
      expect([target, status]).toEqual([target, 401]);
      expect(text).toContain('Open that link');
      expect(headers['cache-control']).toBe('no-store');
    }
    const name = cookie.split('=')[0];
    for (const guess of [`${name}=guess`, `${name}=`, name!, TOKEN])
      expect((await ask(server, '/', { headers: { cookie: guess } })).status).toBe(401);
  });

  it('is refused with a wrong token, and after some of these for a while', async () => {
    const other = await serve();
    for (const token of ['', 'wrong', encodeURIComponent(TOKEN.slice(1)), '%', '%00'])
      expect((await ask(other, `/login?token=${token}`)).status).toBe(403);
    const { status, headers } = await ask(other, `/login?token=${encodeURIComponent(TOKEN)}`);
    expect(status).toBe(429);
    expect(headers['set-cookie']).toBeUndefined();
    expect(Number(headers['retry-after'])).toBeGreaterThan(50);
    await other.close();
  });
});

describe('requests', () => {
  it('must name this server, so a foreign name that resolves to it leads nowhere', async () => {
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '0.0.0.0'])
      expect([host, (await get('/', { headers: { host } })).status]).toEqual([host, 421]);
    const login = `/login?token=${encodeURIComponent(TOKEN)}`;
    const stolen = await ask(server, login, { headers: { host: 'evil.example' } });
    expect([stolen.status, stolen.headers['set-cookie']]).toEqual([421, undefined]);
    const { port } = new URL(server.url);
    for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
      expect((await get('/', { headers: { host } })).status).toBe(200);
  });

  it('may come through a tunnel, where the browser sees another port', async () => {
    const headers = { host: 'localhost:9999' };
    const login = await ask(server, `/login?token=${encodeURIComponent(TOKEN)}`, { headers });
    const there = login.headers['set-cookie']![0]!.split(';')[0]!;
    expect(there).toContain('conmim_session_9999=');
    expect((await ask(server, '/', { headers: { ...headers, cookie: there } })).status).toBe(200);
  });

  it('may use the names that were given', async () => {
    const named = await serve({ names: ['Gpu-Box.example'] });
    for (const [host, status] of [
      ['gpu-box.example', 401],
      ['evil.example', 421],
    ] as const)
      expect((await ask(named, '/', { headers: { host } })).status).toBe(status);
    await named.close();
  });

  it('only read', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
      const { status, headers } = await get('/', { method });
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD']);
    }
    const head = await get('/', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(Number(head.headers['content-length'])).toBeGreaterThan(100);
  });

  it('are answered under a policy that forbids everything foreign', async () => {
    for (const target of ['/', '/nowhere', '/login', '/image?path=&side=64', '/download?path=x']) {
      const { headers } = await get(target);
      expect(String(headers['content-security-policy']).split('; ')).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'",
        ]),
      );
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  it('get files of the page by their type, and keep those whose names tell their content', async () => {
    const page = await get('/');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    const folder = path.join(path.dirname(packagedFile('out/renderer/index.html')), 'assets');
    for (const [ending, type] of [
      ['.js', 'text/javascript; charset=utf-8'],
      ['.css', 'text/css; charset=utf-8'],
    ] as const) {
      const name = readdirSync(folder).find(
        (file) => /^index-/.test(file) && file.endsWith(ending),
      )!;
      expect(page.text).toContain(`assets/${name}`);
      const { headers, bytes } = await get(`/assets/${name}`);
      expect(headers['content-type']).toBe(type);
      expect(headers['cache-control']).toContain('immutable');
      expect(bytes.equals(readFileSync(path.join(folder, name)))).toBe(true);
    }
  });

  it.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/.',
    '/..',
    '/assets/..%5c..%5cpackage.json',
    '/assets/..\\..\\package.json',
    '/assets//etc/passwd',
    '/%00',
    '/index.html%00.js',
    '/.compiled',
    '/%',
    '/%ff',
    '//etc/passwd',
    '/assets/',
    '/index.html/../../../package.json',
    '/%252e%252e/package.json',
    '/C:/windows/win.ini',
    'http://127.0.0.1/index.html',
    'http://[/',
    '/assets',
    '/index.html/',
    '*',
  ])('cannot leave the page by %s', async (target) => {
    const { status, text } = await get(target);
    expect(status).toBe(404);
    expect(text).not.toMatch(/dependencies|<div id="root">/);
  });

  it('that are no HTTP are refused, and the server goes on', async () => {
    const { port } = new URL(server.url);
    const said = await new Promise<string>((resolve) => {
      const raw = connect(Number(port), '127.0.0.1', () => raw.write('hello there\r\n\r\n'));
      let text = '';
      raw.on('data', (piece) => {
        text += String(piece);
      });
      raw.on('close', () => resolve(text));
    });
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect((await get('/')).status).toBe(200);
  });
});

describe('pictures', () => {
  it('come from the roots and data sets only', async () => {
    for (const target of [
      path.join(base, 'outside', 'b.png'),
      path.join(workspace, 'way-out', 'b.png'),
      path.join(base, 'roots', '..', 'outside', 'b.png'),
    ]) {
      const { status, text } = await get(`/image?path=${encodeURIComponent(target)}&side=64`);
      expect([status, JSON.parse(text).code]).toEqual([403, 'image-not-in-dataset']);
    }
  });

  it.each([
    '',
    '?',
    '?path=&side=64',
    '?path=x',
    '?path=x&side=15',
    '?path=x&side=8193',
    '?path=x&side=1e2',
    '?path=x&side=-64',
    '?path=x&side=64.5',
    '?path=x%00&side=64',
  ])('need a path and a side: %s', async (query) => {
    const { status, text, headers } = await get(`/image${query}`);
    expect([status, JSON.parse(text).code]).toEqual([400, 'call-invalid']);
    expect(headers['content-type']).toBe('application/json');
  });
});

describe('downloads', () => {
  const address = (target: string) => `/download?path=${encodeURIComponent(target)}`;

  it('give files of the workspace as they are', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 256));
    const file = path.join(workspace, 'exports', 'Lungen "größer"; 1*.onnx');
    mkdirSync(path.dirname(file));
    writeFileSync(file, bytes);
    const { status, headers, bytes: got } = await get(address(file));
    expect(status).toBe(200);
    expect(got.equals(bytes)).toBe(true);
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['content-disposition']).toBe(
      `attachment; filename="Lungen _gr__er__ 1_.onnx"; filename*=UTF-8''Lungen%20%22gr%C3%B6%C3%9Fer%22%3B%201%2A.onnx`,
    );
    const head = await get(address(file), { method: 'HEAD' });
    expect([head.headers['content-length'], head.text]).toEqual(['300000', '']);
    writeFileSync(file, '');
    expect((await get(address(file))).headers['content-length']).toBe('0');
  });

  it('give folders as archives', async () => {
    const folder = path.join(workspace, 'exports', '@timm model');
    mkdirSync(path.join(folder, 'inner'), { recursive: true });
    writeFileSync(path.join(folder, 'config.json'), '{}');
    writeFileSync(path.join(folder, 'inner', 'weights'), 'abc'.repeat(100_000));
    symlinkSync(path.join(base, 'outside'), path.join(folder, 'link'), 'junction');
    const { headers, bytes } = await get(address(folder));
    expect(headers['content-disposition']).toContain('filename="_timm model.tar"');
    const to = mkdtempSync(path.join(base, 'unpacked-'));
    await pipeline(Readable.from([bytes]), extract({ cwd: to }));
    const inside = path.join(to, '@timm model');
    expect(readFileSync(path.join(inside, 'config.json'), 'utf8')).toBe('{}');
    expect(readFileSync(path.join(inside, 'inner', 'weights'), 'utf8')).toHaveLength(300_000);
    // The archive contains the link itself, not the file that it leads to.
    expect(bytes.includes('b.png')).toBe(false);
  });

  it.each([
    [403, 'path-outside-roots', () => path.join(base, 'roots', 'a.png')],
    [403, 'path-outside-roots', () => path.join(workspace, 'way-out', 'b.png')],
    [403, 'path-outside-roots', () => path.join(workspace, '..', 'a.png')],
    [403, 'path-outside-roots', () => '/etc/passwd'],
    [404, 'file-missing', () => path.join(workspace, 'nothing')],
    [404, 'file-missing', () => path.join(workspace, 'a'.repeat(3000))],
    [400, 'path-invalid', () => `${workspace}/a\0`],
    [400, 'path-invalid', () => 'exports'],
    [400, 'path-invalid', () => ''],
  ])('give nothing else: %d %s', async (status, code, target) => {
    const answer = await get(address(target()));
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([status, code]);
  });
});

describe('sockets', () => {
  const own = () => ({ cookie, origin: server.url });

  it('reach the studio, confined', async () => {
    const socket = await openSocket(server, own());
    const call = (name: string, input: object) =>
      exchange(socket, JSON.stringify({ id: 7, name, input }));
    expect(await call('app.info', {})).toMatchObject({ id: 7, value: { host: 'server' } });
    expect(await call('folders.list', { path: base })).toMatchObject({
      error: { code: 'path-outside-roots', advice: expect.stringContaining('roots') },
    });
    expect(await call('folders.list', { path: path.join(base, 'roots') })).toMatchObject({
      value: { entries: expect.arrayContaining([expect.objectContaining({ name: 'a.png' })]) },
    });
    socket.close();
  });

  it('open for own pages with a session only', async () => {
    const { port } = new URL(server.url);
    const refused: [string, Record<string, string>, string?][] = [
      ['403', { cookie, origin: 'http://evil.example' }],
      ['403', { cookie, origin: `http://127.0.0.1:${Number(port) + 1}` }],
      ['403', { cookie, origin: 'null' }],
      ['403', { cookie }],
      ['401', { origin: server.url }],
      ['401', { ...own(), cookie: 'conmim_session=guess' }],
      ['421', { ...own(), host: 'evil.example' }],
      ['421', { cookie, host: `evil.example:${port}`, origin: `http://evil.example:${port}` }],
      ['404', own(), '/other'],
    ];
    for (const [status, headers, target] of refused)
      await expect(openSocket(server, headers, target)).rejects.toThrow(status);
    (await openSocket(server, { cookie, origin: server.url.replace('http', 'https') })).close();
  });

  it('that break off while they are refused do no harm', async () => {
    const { port } = new URL(server.url);
    for (let i = 0; i < 20; i++) {
      const raw = connect(Number(port), '127.0.0.1');
      const head = `GET /api HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`;
      await new Promise<void>((resolve) => raw.once('connect', resolve));
      raw.write(head.repeat(i % 3 === 0 ? 50 : 1));
      raw.resetAndDestroy();
    }
    expect((await get('/')).status).toBe(200);
  });
});

describe('TLS', () => {
  it('is spoken with the certificate given, pages and sockets', async () => {
    const [key, cert] = [path.join(base, 'key.pem'), path.join(base, 'cert.pem')];
    const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync(
      'openssl',
      [...words, '-nodes', '-keyout', key, '-out', cert, '-days', '2', ...names],
      { stdio: 'ignore' },
    );
    const tls = { cert: readFileSync(cert), key: readFileSync(key) };
    const secure = await serve({ tls });
    expect(secure.url).toMatch(/^https:/);
    const login = await ask(secure, `/login?token=${encodeURIComponent(TOKEN)}`, { ca: tls.cert });
    const [given] = login.headers['set-cookie']!;
    expect(given).toMatch(/^__Host-conmim_session_.*; Path=\/; Secure$/);
    const headers = { cookie: given!.split(';')[0]! };
    expect((await ask(secure, '/', { ca: tls.cert, headers })).status).toBe(200);
    await expect(ask(secure, '/', { headers })).rejects.toThrow(/self.signed/);
    await expect(
      openSocket(secure, { ...headers, origin: secure.url.replace('https', 'http') }),
    ).rejects.toThrow();
    await secure.close();
    await expect(serve({ tls: { ...tls, key: tls.cert } })).rejects.toMatchObject({
      code: 'tls-invalid',
    });
  });
});

describe('listening', () => {
  it('says that a port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serve({ port })).rejects.toMatchObject({
      code: 'port-taken',
      message: expect.stringContaining(String(port)),
      advice: expect.stringContaining('--port'),
    });
  });

  it('says that an address is none of this machine', async () => {
    for (const host of ['203.0.113.7', 'no-such-host.invalid'])
      await expect(serve({ host })).rejects.toMatchObject({ code: 'address-unknown' });
  });

  it('on all addresses answers to those it is reached by', async () => {
    const everywhere = await serve({ host: '0.0.0.0', names: ['gpu-box'] });
    const { hostname, port } = new URL(everywhere.url);
    expect(hostname).toBe('gpu-box');
    const here: RunningServer = { ...everywhere, url: `http://127.0.0.1:${port}` };
    for (const [host, status] of [
      ...[`gpu-box:${port}`, `localhost:${port}`, os.hostname()].map(
        (name) => [name, 401] as const,
      ),
      ...['203.0.113.7', 'evil.example'].map((name) => [name, 421] as const),
    ])
      expect([host, (await ask(here, '/', { headers: { host } })).status]).toEqual([host, status]);
    await everywhere.close();
  });

  it('ends although a page does not read what it asked for', async () => {
    const other = await serve();
    const session = await logIn(other, TOKEN);
    const large = path.join(workspace, 'large');
    writeFileSync(large, Buffer.alloc(32 << 20));
    const { port } = new URL(other.url);
    const raw = connect(Number(port), '127.0.0.1');
    const target = `/download?path=${encodeURIComponent(large)}`;
    raw.write(`GET ${target} HTTP/1.1\r\nHost: localhost:${port}\r\nCookie: ${session}\r\n\r\n`);
    await new Promise<void>((resolve) => raw.once('readable', resolve));
    // The test would time out otherwise.
    await other.close();
    raw.destroy();
  });
});
