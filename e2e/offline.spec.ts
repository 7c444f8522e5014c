/**
 * A session with a training contacts no other machine and writes no files outside its folders. System calls
 * are traced, including those of native code, in `conmim serve` and in the double of the window; those of
 * the browser are judged apart from those of the engine. build/offline.test.ts tests the command line.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { networkFaults, writeFaults } from '../build/testing/forbidden-calls.ts';
import { readTrace, type SystemCall, tracing } from '../build/testing/system-calls.ts';
import { bareEnvironment, placesIn, whyNot } from '../build/testing/traced.ts';
import { OFFLINE_SWITCHES } from '../electron/confinement.ts';
import { DRIVER_CACHES } from '../engine/platform/quiet-environment.ts';
import { callStudio, startTraining, untilState } from './call-studio.ts';
import { expect, goTo, test, WORKING_PAGES } from './fixtures.ts';
import { chromiumOptions, chromiumPath } from './hosts/chromium.ts';
import { launchDouble } from './hosts/double-host.ts';
import { launchWeb } from './hosts/web-host.ts';
import { writePictures } from './images.ts';

/** Chromium connects a UDP socket to this address, without sending, to detect IPv6. */
const PROBE = /: connect 2001:4860:4860::8888 port 443$/;

test('a session with training contacts nothing, and writes nothing elsewhere', async ({
  hostName,
  home,
}) => {
  test.skip(hostName === 'electron', 'it starts the application by itself');
  test.skip(whyNot !== undefined, whyNot ?? '');
  test.slow();
  placesIn(home);
  const traces = { engine: path.join(home, 'calls'), browser: path.join(home, 'calls-browser') };
  // The X server may be on another machine; this address is reserved for documentation.
  const env = bareEnvironment(home, { DISPLAY: '192.0.2.1:0' });
  const workspace = path.join(home, 'workspace');
  const confined = [chromiumPath(), ...offlineSwitches()];
  const witness = witnessIn(home);
  const inTrace = () => script(home, 'browser', [...tracing(traces.browser), ...confined]);
  const traced = hostName === 'web' ? await chromium.launch(chromiumOptions(inTrace())) : undefined;
  const studio =
    traced !== undefined
      ? await launchWeb({
          workspace,
          roots: [home],
          env,
          tracing: tracing(traces.engine),
          browser: traced,
        })
      : await launchDouble({
          workspace,
          execPath: script(home, 'node', [...tracing(traces.engine), process.execPath]),
          env: {
            CONMIM_CACHE: undefined,
            ORT_DISABLE_TELEMETRY: undefined,
            CI: undefined,
            // The engine has set these in this process for the home of the test's user.
            ...Object.fromEntries(Object.keys(DRIVER_CACHES).map((name) => [name, undefined])),
            ...env,
            ...witness.env,
            CHROMIUM_BIN: script(home, 'browser', confined),
          },
        });
  const fetched = fetchedBy(studio.page());
  await useEverything(studio.page(), home);
  await studio.close();
  await traced?.close();
  expectOwn(studio.page(), fetched);
  if (hostName === 'double') witness.expectLocal();

  const calls: SystemCall[] = readTrace(traces.engine, home);
  // In the double, as in Electron, the browser is a child process of the application.
  const isBrowsers = ({ program }: SystemCall) => /^(chromium|chrome|exe|sh|cat)/.test(program);
  const engine = hostName === 'web' ? calls : calls.filter((call) => !isBrowsers(call));
  const browser: SystemCall[] =
    hostName === 'web' ? readTrace(traces.browser, home) : calls.filter(isBrowsers);
  expect([...new Set(engine.map(({ program }) => program))]).toEqual(
    expect.arrayContaining(['tools-process.js', 'job-process.js', 'device-process.js']),
  );
  expect(networkFaults(engine)).toEqual([]);
  const { home: userHome, temporary } = placesIn(home);
  const allowed = [
    workspace,
    path.join(home, 'taken'),
    temporary,
    path.join(userHome, '.cache', 'conmim-studio'),
    // The window's bounds are stored here, as in Electron.
    ...(hostName === 'double' ? [path.join(home, 'userData'), witness.file] : []),
  ];
  expect(writeFaults(engine, allowed)).toEqual([]);
  expect(browser.length).toBeGreaterThan(1000);
  expect(
    networkFaults(browser).filter((fault: string) => !PROBE.test(fault) && !isOwnName(fault)),
  ).toEqual([]);
  expect(sentTo(browser, '2001:4860:4860::8888')).toEqual([]);
  if (hostName === 'web')
    expect(readdirSync(temporary), 'temporary files that are left').toEqual([]);
});

test('Node processes of window and engine contact this machine only', async ({
  home,
  hostName,
}) => {
  test.skip(hostName !== 'double', 'Electron takes no modules before the application’s own');
  test.skip(whyNot === undefined, 'the session that is traced has the same witness');
  const witness = witnessIn(home);
  const { env } = witness;
  const studio = await launchDouble({ workspace: path.join(home, 'workspace'), env });
  const page = studio.page();
  const fetched = fetchedBy(page);
  await useEverything(page, home);
  await studio.close();
  witness.expectLocal();
  expectOwn(page, fetched);
});

/** A module that Node processes of the window load first and that writes down what they contact. */
function witnessIn(home: string) {
  const witness = fileURLToPath(new URL('./hosts/network-witness.mjs', import.meta.url));
  const file = path.join(home, 'contacted.jsonl');
  const env = { NODE_OPTIONS: `--import=file://${witness}`, NETWORK_WITNESS: file };
  const seen = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { program: string; host?: string });
  const hosts = () => seen().flatMap(({ host }) => host ?? []);
  // The witness itself is tested first, with an address that is reserved for documentation.
  const contact = "require('node:net').connect(9, '192.0.2.1').unref().on('error', () => {})";
  spawnSync(process.execPath, ['-e', contact], { env: { ...process.env, ...env } });
  expect(hosts()).toEqual(['192.0.2.1']);
  writeFileSync(file, '');
  return {
    file,
    env,
    expectLocal() {
      const programs = new Set(seen().map(({ program }) => path.basename(program)));
      for (const name of ['process.js', 'tools-process.js', 'job-process.js', 'device-process.js'])
        expect(programs, 'observed programs').toContain(name);
      const local = /^(localhost|127\.0\.0\.1|::1)$/;
      expect(hosts().filter((host) => !local.test(host))).toEqual([]);
    },
  };
}

/** What the page fetches from now on. */
function fetchedBy(page: Page): readonly string[] {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  return fetched;
}

function expectOwn(page: Page, fetched: readonly string[]): void {
  const own = new URL(page.url()).origin;
  expect(fetched.length).toBeGreaterThan(0);
  expect(fetched.filter((url) => !url.startsWith(`${own}/`) && !/^(data|blob):/.test(url))).toEqual(
    [],
  );
}

async function useEverything(page: Page, home: string): Promise<void> {
  const pictures = writePictures(path.join(home, 'pictures'), 10);
  const out = path.join(home, 'taken', 'quiet.onnx');
  mkdirSync(path.dirname(out));
  for (const name of WORKING_PAGES) await goTo(page, name);
  await callStudio(page, 'datasets.add', { kind: 'images', folders: [pictures] });
  await callStudio(page, 'devices.list', {});
  const check = await callStudio(page, 'jobs.submit', { kind: 'devices' });
  await untilState(page, check.id, 'done');
  const id = await startTraining(page, { folder: pictures, name: 'quiet', steps: 3 });
  await untilState(page, id, 'done');
  const job = { kind: 'export', model: 'quiet', format: 'onnx', out } as const;
  await untilState(page, (await callStudio(page, 'jobs.submit', job)).id, 'done');
  expect(existsSync(out)).toBe(true);
  await page.reload();
  await goTo(page, 'Runs');
}

/**
 * The switches of the window, so that only network access of the page is seen, not that of the browser
 * itself.
 */
function offlineSwitches(): string[] {
  return OFFLINE_SWITCHES.map(([name, value]) =>
    name === 'host-resolver-rules'
      ? `--${name}=${value}, EXCLUDE 127.0.0.1`
      : `--${name}${value === undefined ? '' : `=${value}`}`,
  );
}

/** Write a script that runs a command with further arguments. */
function script(home: string, name: string, words: readonly string[]): string {
  const file = path.join(home, `${name}.sh`);
  const quoted = words.map((word) => `'${word}'`).join(' ');
  writeFileSync(file, `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
  return file;
}

/** Reading the hosts file for the name of this machine is allowed; contacting a name server is another fault. */
function isOwnName(fault: string): boolean {
  return fault.endsWith('look-up of a name (/etc/hosts)');
}

/** Data sent through sockets that were connected to an address. */
function sentTo(calls: readonly SystemCall[], host: string): string[] {
  const socketOf = ({ text }: SystemCall) => /^\d+<(socket:\[\d+\])>/.exec(text)?.[1];
  const sockets = new Set(
    calls.filter(({ name, text }) => name === 'connect' && text.includes(host)).map(socketOf),
  );
  return calls
    .filter((call) => call.name.startsWith('send') && sockets.has(socketOf(call)))
    .map(({ text }) => text);
}
