/**
 * Nothing leaves the machine, and nothing is written elsewhere: system calls, native code included, of a
 * session with a training, in `conmim serve` and in the double of the window; apart from the engine's of
 * the browser that shows the page. The
 * command line is in build/offline.test.ts.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { networkFaults, writeFaults } from '../build/forbidden-calls.ts';
import { type Call, readTrace, tracing } from '../build/system-calls.ts';
import { bareEnvironment, placesIn, whyNot } from '../build/testing/traced.ts';
import { OFFLINE_SWITCHES } from '../electron/confinement.ts';
import { DRIVER_CACHES } from '../engine/platform/quiet-environment.ts';
import { callStudio, startTraining, untilState } from './call-studio.ts';
import { expect, goTo, test } from './fixtures.ts';
import { chromiumOptions, chromiumPath } from './hosts/chromium.ts';
import { launchDouble } from './hosts/double-host.ts';
import { launchWeb } from './hosts/web-host.ts';
import { writePictures } from './images.ts';

/** Chromium asks its kernel for a way to this address to know whether there is IPv6. */
const PROBE = /: connect 2001:4860:4860::8888 port 443$/;

test.beforeEach(({ hostName }) => {
  test.skip(hostName === 'electron', 'it starts the application by itself');
  test.skip(whyNot !== undefined, whyNot ?? '');
});

test('a session with training contacts nothing, and writes nothing elsewhere', async ({
  hostName,
  home,
}) => {
  test.slow();
  placesIn(home);
  const traces = { engine: path.join(home, 'calls'), browser: path.join(home, 'calls-browser') };
  // A screen that may be another machine's; the address is nobody's.
  const env = bareEnvironment(home, { DISPLAY: '192.0.2.1:0' });
  const workspace = path.join(home, 'workspace');
  const chromium = [chromiumPath(), ...quietSwitches()];
  const studio =
    hostName === 'web'
      ? await launchWeb({
          workspace,
          roots: [home],
          env,
          tracing: tracing(traces.engine),
          browser: {
            ...chromiumOptions(),
            executablePath: script(home, 'browser', [...tracing(traces.browser), ...chromium]),
          },
        })
      : await launchDouble({
          workspace,
          execPath: script(home, 'node', [...tracing(traces.engine), process.execPath]),
          env: {
            CONMIM_CACHE: undefined,
            ORT_DISABLE_TELEMETRY: undefined,
            CI: undefined,
            // Code of the engine has set these in this process, for its own user's home.
            ...Object.fromEntries(Object.keys(DRIVER_CACHES).map((name) => [name, undefined])),
            ...env,
            CHROMIUM_BIN: script(home, 'browser', chromium),
          },
        });
  await useEverything(studio.page(), home);
  await studio.close();

  const calls: Call[] = readTrace(traces.engine, home);
  // In the double the browser is a child of the application, as it is in Electron.
  const isBrowsers = ({ program }: Call) => /^(chromium|chrome|exe|sh|cat)/.test(program);
  const engine = hostName === 'web' ? calls : calls.filter((call) => !isBrowsers(call));
  const browser: Call[] =
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
    // Where Electron has an application keep the place of its window.
    ...(hostName === 'double' ? [path.join(home, 'userData')] : []),
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

async function useEverything(page: Page, home: string): Promise<void> {
  const pictures = await writePictures(path.join(home, 'pictures'), 10);
  const out = path.join(home, 'taken', 'quiet.onnx');
  mkdirSync(path.dirname(out));
  for (const name of ['Pre-train', 'Runs', 'Fine-tune', 'Models', 'Devices', 'Data sets'])
    await goTo(page, name);
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
 * The switches of the window, so that what is seen comes of the page: a browser of its own accord speaks
 * to its maker.
 */
function quietSwitches(): string[] {
  return OFFLINE_SWITCHES.map(([name, value]) =>
    name === 'host-resolver-rules'
      ? `--${name}=${value}, EXCLUDE 127.0.0.1`
      : `--${name}${value === undefined ? '' : `=${value}`}`,
  );
}

/** A program that is a command with what follows it. */
function script(home: string, name: string, words: readonly string[]): string {
  const file = path.join(home, `${name}.sh`);
  const quoted = words.map((word) => `'${word}'`).join(' ');
  writeFileSync(file, `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
  return file;
}

/** It reads the list of hosts for this machine's own name; who asks a server is a fault of its own. */
function isOwnName(fault: string): boolean {
  return fault.endsWith('look-up of a name (/etc/hosts)');
}

/** What was sent through sockets that were connected to an address. */
function sentTo(calls: readonly Call[], host: string): string[] {
  const socketOf = ({ text }: Call) => /^\d+<(socket:\[\d+\])>/.exec(text)?.[1];
  const sockets = new Set(
    calls.filter(({ name, text }) => name === 'connect' && text.includes(host)).map(socketOf),
  );
  return calls
    .filter((call) => call.name.startsWith('send') && sockets.has(socketOf(call)))
    .map(({ text }) => text);
}
