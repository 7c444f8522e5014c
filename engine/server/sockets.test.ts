/** Many, slow and broken pages of one studio, with real sockets. */
import os from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { Push } from '../contract/studio/push.ts';
import { type RunningServer, startServer } from './server.ts';
import { exchange, logIn, openSocket, slowLine } from './testing/browser.ts';
import { MemoryStudio, runAt } from './testing/memory-studio.ts';

const TOKEN = 'a-token-that-nobody-guesses';
const HEARTBEAT_MS = 150;
const NEVER_MS = 1e9;
let studio: MemoryStudio;
let server: RunningServer;
let headers: Record<string, string>;
/** Calls that the studio holds until they are released. */
let held: (() => void)[];
let most: number;

beforeEach(async () => {
  held = [];
  most = 0;
  let now = 0;
  studio = new MemoryStudio({
    'jobs.list': async () => [],
    async 'jobs.log'() {
      return { lines: ['x'.repeat(1 << 20)] };
    },
    async 'devices.list'() {
      now += 1;
      most = Math.max(most, now);
      await new Promise<void>((resolve) => held.push(resolve));
      now -= 1;
      return {
        devices: [],
        checks: [],
        chosenFor: {},
        machine: { cpu: 'any', cores: 1, memoryBytes: 1, freeDiskBytes: 1 },
      };
    },
  });
  await restart(NEVER_MS);
});
afterEach(() => server.close());

async function restart(heartbeatMs: number): Promise<void> {
  await server?.close();
  const limits = { roots: [os.tmpdir()], workspace: os.tmpdir() };
  server = await startServer({
    studio,
    limits,
    host: '127.0.0.1',
    port: 0,
    names: [],
    token: TOKEN,
    heartbeatMs,
  });
  headers = { cookie: await logIn(server, TOKEN), origin: server.url };
}

const open = () => openSocket(server, headers);
const call = (id: number, name: string, input: unknown = {}) => JSON.stringify({ id, name, input });
const closing = (socket: WebSocket) =>
  new Promise<number>((resolve) => socket.once('close', resolve));
const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (holds()) return;
    await passed(20);
  }
  throw new Error(`This never came to be: ${what}`);
}

/** All messages that a page receives. */
function listen(socket: WebSocket): Record<string, unknown>[] {
  const heard: Record<string, unknown>[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  return heard;
}

describe('what is no call', () => {
  it('is refused by name, and the socket stays open', async () => {
    const socket = await open();
    for (const message of ['{nonsense', '', 'null', '[]', '"text"', '{"id":1}', '\0'])
      expect(await exchange(socket, message)).toMatchObject({ error: { code: 'call-invalid' } });
    for (const message of [
      call(1, 'app.exit'),
      call(1, 'constructor'),
      call(1, '__proto__'),
      call(1, 'jobs.list', []),
      call(1, 'runs.get', { id: 5 }),
      call(1, 'runs.get', { id: 'x', more: 1 }),
    ])
      expect(await exchange(socket, message)).toMatchObject({
        id: 1,
        error: { code: 'call-invalid' },
      });
    expect(studio.calls).toEqual([]);
    expect(await exchange(socket, call(2, 'jobs.list'))).toEqual({ id: 2, value: [] });
    socket.close();
  });

  it('closes the socket when it is bytes, or too long', async () => {
    await expect(exchange(await open(), Buffer.from([1, 2, 3]))).rejects.toThrow('closed 1003');
    await expect(exchange(await open(), 'x'.repeat((1 << 20) + 1))).rejects.toThrow('closed 1009');
    const long = await open();
    expect(await exchange(long, `"${'x'.repeat((1 << 20) - 2)}"`)).toHaveProperty('error');
    long.close();
  });
});

describe('calls', () => {
  it('are answered as they are done, not as they came', async () => {
    const socket = await open();
    const heard = listen(socket);
    socket.send(call(1, 'devices.list'));
    socket.send(call(2, 'jobs.list'));
    await until(() => heard.length === 1, 'the second answer');
    held[0]!();
    await until(() => heard.length === 2, 'the first answer');
    expect(heard.map(({ id }) => id)).toEqual([2, 1]);
    socket.close();
  });

  it('wait when one page has very many, and none is lost', async () => {
    const socket = await open();
    const heard = listen(socket);
    for (let id = 0; id < 4000; id++) socket.send(call(id, 'devices.list'));
    const other = await open();
    expect(await exchange(other, call(1, 'jobs.list'))).toEqual({ id: 1, value: [] });
    const letGo = setInterval(() => {
      for (const resolve of held.splice(0)) resolve();
    }, 5);
    await until(() => heard.length === 4000, 'all answers');
    clearInterval(letGo);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(4000);
    // Messages that arrived in one chunk are started at once, later ones are not.
    expect(most).toBeLessThan(2000);
    socket.close();
    other.close();
  });
});

describe('pushes', () => {
  it('reach a hundred pages', async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, open));
    const heard = sockets.map(listen);
    for (let step = 0; step < 50; step++)
      studio.push({ topic: 'run', run: runAt('r', step), events: [] });
    await until(() => heard.every((messages) => messages.length === 50), 'all pushes at all pages');
    for (const messages of heard)
      expect(messages.map(({ push }) => (push as { run: { step: number } }).run.step)).toEqual(
        Array.from({ length: 50 }, (_, step) => step),
      );
    for (const socket of sockets) socket.close();
  });

  it('are merged for a page that is slow, which ends up with the newest', async () => {
    const [slow, quick] = [await open(), await open()];
    const [late, early] = [listen(slow), listen(quick)];
    slow.pause();
    const text = 'x'.repeat(50_000);
    const pushes = 2000;
    for (let step = 1; step <= pushes; step++) {
      const events = step % 1000 === 0 ? [{ type: 'checkpoint', step }] : [];
      const run = { ...runAt(`run ${step % 2}`, step), name: text };
      studio.push({ topic: 'run', run, latest: { loss: 1 / step }, events });
      if (step === 1999) studio.push({ topic: 'job-removed', id: 'a' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => early.length === pushes + 1, 'all pushes at the page that reads');
    expect(late).toEqual([]);
    slow.resume();
    const newest = (messages: readonly Record<string, unknown>[]) => {
      const state = new Map<string, unknown>();
      for (const { push } of messages as { push: Push }[])
        if (push.topic === 'run') state.set(push.run.id, [push.run.step, push.latest]);
        else if (push.topic === 'job-removed') state.set('job', push.id);
      return Object.fromEntries(state);
    };
    const expected = newest(early);
    await until(
      () => JSON.stringify(newest(late)) === JSON.stringify(expected),
      'the newest state at the slow page',
    );
    expect(late.length).toBeLessThan(pushes / 2);
    const events = (late as { push: Push }[]).flatMap(({ push }) =>
      push.topic === 'run' ? push.events.map(({ step }) => step) : [],
    );
    expect(events).toEqual([1000, 2000]);
    slow.close();
    quick.close();
  });
});

describe('dead pages', () => {
  beforeEach(() => restart(HEARTBEAT_MS));

  it('are let go, and those that answer are kept', async () => {
    const [dead, alive] = [await open(), await open()];
    dead.pause();
    await passed(HEARTBEAT_MS * 5);
    expect(alive.readyState).toBe(alive.OPEN);
    dead.resume();
    expect(await closing(dead)).toBe(1006);
    expect(await exchange(alive, call(1, 'jobs.list'))).toEqual({ id: 1, value: [] });
    alive.close();
  });

  it('are not those whose calls take long', async () => {
    const socket = await open();
    const heard = listen(socket);
    for (let id = 0; id < 100; id++) socket.send(call(id, 'devices.list'));
    await passed(HEARTBEAT_MS * 5);
    expect(socket.readyState).toBe(socket.OPEN);
    const letGo = setInterval(() => {
      for (const resolve of held.splice(0)) resolve();
    }, 5);
    await until(() => heard.length === 100, 'all answers');
    clearInterval(letGo);
    socket.close();
  });

  it('are not those on a slow line that have much to read', async () => {
    // Some 8 MB in buffers of the system delay a ping; the heartbeat is longer than that.
    await restart(1200);
    const line = await slowLine(server, 6 << 20);
    const cookie = await logIn(line, TOKEN);
    const socket = await openSocket(line, { cookie, origin: line.url });
    const heard = listen(socket);
    for (let id = 0; id < 36; id++) socket.send(call(id, 'jobs.log', { id: 'a', lines: 1 }));
    const ended = closing(socket).then((code) => {
      throw new Error(`It was taken for dead: ${code}`);
    });
    await Promise.race([ended, until(() => heard.length === 36, 'all answers')]);
    ended.catch(() => {});
    await line.close();
  });
});

it('sends a close frame when the server shuts down', async () => {
  const socket = await open();
  const code = closing(socket);
  await server.close();
  expect(await code).toBe(1001);
  await expect(open()).rejects.toThrow();
});

it('ends although a page does not read', async () => {
  const socket = await open();
  for (let id = 0; id < 40; id++) socket.send(call(id, 'jobs.log', { id: 'a', lines: 1 }));
  await until(() => studio.calls.length === 40, 'all calls at the studio');
  socket.pause();
  await passed(100);
  // It would never end otherwise.
  await server.close();
  socket.terminate();
});
