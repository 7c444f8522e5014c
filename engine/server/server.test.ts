/** The server on real sockets, in front of a real studio. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { StudioHost } from '../contract/studio/host.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { openStudio } from '../studio/studio.ts';
import { confine } from './confine.ts';
import { type RunningServer, startServer } from './server.ts';
import { Sessions } from './sessions.ts';

const TOKEN = 'a-token-that-nobody-guesses';
let base: string;
let studio: StudioHost;
let server: RunningServer;
let cookie: string;

beforeAll(async () => {
  base = mkdtempSync(path.join(os.tmpdir(), 'conmim-server-'));
  mkdirSync(path.join(base, 'roots'));
  await writeSmallImage(base, 'roots/a.png', 1);
  await writeSmallImage(base, 'outside/b.png', 2);
  symlinkSync(path.join(base, 'outside'), path.join(base, 'roots', 'way-out'), 'junction');
  const roots = [path.join(base, 'roots')];
  studio = await openStudio({ workspace: path.join(base, 'roots', 'ws'), roots, host: 'server' });
  server = await startServer({ studio, roots, host: '127.0.0.1', port: 0, token: TOKEN });
  const login = await get(`/login?token=${TOKEN}`);
  cookie = String(login.headers['set-cookie']).split(';')[0]!;
});
afterAll(async () => {
  await server.close();
  await studio.close();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** Paths go out as they are written, as an attacker would send them. */
function get(
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path: target, method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString('utf8'),
        }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

function socket(headers: Record<string, string>): Promise<WebSocket> {
  const opened = new WebSocket(`${server.url.replace('http', 'ws')}/api`, { headers });
  return new Promise((resolve, reject) => {
    opened.once('open', () => resolve(opened));
    opened.once('error', reject);
  });
}

const own = () => ({ cookie, origin: server.url });

function answerTo(client: WebSocket, message: string | Buffer): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    client.once('message', (data) => resolve(JSON.parse(String(data))));
    client.once('close', (code) => reject(new Error(`closed ${code}`)));
    client.send(message);
  });
}

describe('coming in', () => {
  it('takes one visit of the link, and the cookie is out of reach of scripts', async () => {
    const login = await get(`/login?token=${TOKEN}`);
    expect(login.status).toBe(303);
    expect(login.headers['location']).toBe('/');
    expect(String(login.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await get('/', { cookie })).text).toContain('<div id="root">');
  });

  it('is refused without a session, also for pictures and files', async () => {
    for (const target of ['/', '/index.html', '/image?path=a&side=64', '/nowhere'])
      expect((await get(target)).status).toBe(401);
    expect((await get('/', { cookie: 'conmim_session=guess' })).status).toBe(401);
  });

  it('makes an address wait after a few wrong tokens, and everybody after many', () => {
    let now = 0;
    const sessions = new Sessions(TOKEN, { secure: true, now: () => now });
    for (let i = 0; i < 5; i++)
      expect(sessions.login('wrong', 'a')).toEqual({ refused: 'wrong-token' });
    expect(sessions.login(TOKEN, 'a')).toEqual({ refused: 'too-many', retrySeconds: 60 });
    expect(sessions.login(TOKEN, 'b')).toHaveProperty('cookie');
    now = 59_000;
    expect(sessions.login(TOKEN, 'a')).toEqual({ refused: 'too-many', retrySeconds: 1 });
    now = 60_001;
    const result = sessions.login(TOKEN, 'a');
    expect('cookie' in result && result.cookie).toContain('; Secure');
    for (let i = 0; i < 50; i++) sessions.login('wrong', `address ${i}`);
    expect(sessions.login(TOKEN, 'fresh')).toHaveProperty('refused', 'too-many');
  });
});

describe('requests', () => {
  it('must name this server', async () => {
    expect((await get('/', { cookie, host: 'evil.example' })).status).toBe(421);
    expect((await get('/', { cookie, host: 'localhost:1' })).status).toBe(200);
  });

  it('only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await get('/', { cookie }, method)).status).toBe(405);
    const head = await get('/', { cookie }, 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('are answered under a policy that forbids everything foreign', async () => {
    for (const target of ['/', '/nowhere', '/login']) {
      const { headers } = await get(target, { cookie });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain("script-src 'self' 'unsafe");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it.each([
    ...['/../package.json', '/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/package.json'],
    ...['/assets/..%5c..%5cpackage.json', '/assets//etc/passwd', '/%00', '/.compiled', '/%'],
    ...['//etc/passwd', '/assets/', '/index.html/../../../package.json'],
  ])('cannot leave the page by %s', async (target) => {
    const { status, text } = await get(target, { cookie });
    expect(status).toBe(404);
    expect(text).not.toContain('dependencies');
  });
});

describe('sockets', () => {
  it('answer calls and bring pushes', async () => {
    const client = await socket(own());
    const reply = await answerTo(client, JSON.stringify({ id: 7, name: 'app.info', input: {} }));
    expect(reply).toMatchObject({ id: 7, value: { host: 'server', runsQueue: true } });
    client.close();
  });

  it('open for own pages with a session only', async () => {
    await expect(socket({ cookie, origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(socket({ cookie })).rejects.toThrow('403');
    await expect(socket({ origin: server.url })).rejects.toThrow('401');
    await expect(socket({ ...own(), host: 'evil.example' })).rejects.toThrow('421');
  });

  it('refuse what is no call by name, and stay open', async () => {
    const client = await socket(own());
    expect(await answerTo(client, '{nonsense')).toMatchObject({ error: { code: 'call-invalid' } });
    for (const call of [
      { id: 1, name: 'app.exit', input: {} },
      { id: 1, name: 'constructor', input: {} },
      { id: 1, name: 'runs.get', input: { id: 5 } },
      { id: 1, name: 'runs.get', input: { id: 'x', more: 1 } },
    ])
      expect(await answerTo(client, JSON.stringify(call))).toMatchObject({
        id: 1,
        error: { code: 'call-invalid' },
      });
    client.close();
  });

  it('close on bytes and on messages that are too long', async () => {
    const first = await socket(own());
    await expect(answerTo(first, Buffer.from([1, 2, 3]))).rejects.toThrow('closed 1008');
    const second = await socket(own());
    await expect(answerTo(second, 'x'.repeat(2 << 20))).rejects.toThrow(/closed (1006|1009)/);
  });

  it('bring one push to a hundred pages', async () => {
    const clients = await Promise.all(Array.from({ length: 100 }, () => socket(own())));
    const heard = clients.map(
      (client) => new Promise((resolve) => client.once('message', (data) => resolve(String(data)))),
    );
    const { id } = await studio.call('datasets.add', {
      kind: 'images',
      folders: [path.join(base, 'roots')],
    });
    for (const text of await Promise.all(heard)) expect(text).toContain(id);
    for (const client of clients) client.close();
  });
});

describe('paths', () => {
  it('stay within the roots, links followed', async () => {
    const confined = confine(studio, [path.join(base, 'roots')]);
    const refused = { code: 'path-outside-roots' };
    for (const folder of [
      '/',
      base,
      path.join(base, 'roots', '..'),
      path.join(base, 'roots', 'way-out'),
    ])
      await expect(confined.call('folders.list', { path: folder })).rejects.toMatchObject(refused);
    const evaluate = { kind: 'evaluate', device: 'cpu', data: path.join(base, 'outside') } as const;
    await expect(
      confined.call('jobs.submit', { ...evaluate, model: 'some-run' }),
    ).rejects.toMatchObject(refused);
    await expect(confined.call('runs.get', { id: '../../outside' })).rejects.toMatchObject(refused);
    await expect(
      confined.call('jobs.submit', {
        ...{ kind: 'export', model: '/etc/passwd', format: 'onnx' },
        out: path.join(base, 'roots', 'x.onnx'),
      }),
    ).rejects.toMatchObject(refused);
    const inside = await confined.call('folders.list', { path: path.join(base, 'roots') });
    expect(inside.entries.map(({ name }) => name)).toContain('a.png');
    expect(inside).not.toHaveProperty('parent');
  });

  it('of pictures too', async () => {
    const outside = encodeURIComponent(path.join(base, 'outside', 'b.png'));
    const { status, text } = await get(`/image?path=${outside}&side=64`, { cookie });
    expect([status, JSON.parse(text).code]).toEqual([403, 'image-not-in-dataset']);
    expect((await get('/image?path=x&side=1e9', { cookie })).status).toBe(422);
  });
});

describe('TLS', () => {
  it('is spoken with the certificate given', async () => {
    const [key, cert] = [path.join(base, 'key.pem'), path.join(base, 'cert.pem')];
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=localhost`;
    execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
    const secure = await startServer({
      ...{ studio, roots: [base], host: '127.0.0.1', port: 0, token: TOKEN },
      tls: { cert: readFileSync(cert), key: readFileSync(key) },
    });
    const { port } = new URL(secure.url);
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const options = {
        ...{ host: 'localhost', port, path: `/login?token=${TOKEN}`, family: 4 },
        ca: readFileSync(cert),
      };
      httpsRequest(options, (response) => {
        response.resume();
        resolve(response.headers);
      })
        .on('error', reject)
        .end();
    });
    expect(secure.url).toMatch(/^https:/);
    expect(String(headers['set-cookie'])).toContain('; Secure');
    await secure.close();
  });
});

it('says that a port is taken', async () => {
  const port = Number(new URL(server.url).port);
  await expect(
    startServer({ studio, roots: [], host: '127.0.0.1', port, token: TOKEN }),
  ).rejects.toMatchObject({ code: 'port-taken', advice: expect.stringContaining('--port') });
});
