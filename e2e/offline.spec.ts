/**
 * Nothing leaves the machine, and nothing is written elsewhere: system calls, native code included, of a
 * session of `conmim serve` with a training, and apart from it of the browser that shows the page. The
 * command line is in build/offline.test.ts.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
// @ts-expect-error build scripts are plain JavaScript
import { networkFaults, writeFaults } from '../build/forbidden-calls.mjs';
// @ts-expect-error build scripts are plain JavaScript
import { readTrace, tracing } from '../build/system-calls.mjs';
import { bareEnvironment, type Call, placesIn, whyNot } from '../build/testing/traced.ts';
import { QUIET_SWITCHES } from '../electron/confinement.ts';
import { callStudio, startTraining, untilState } from './call-studio.ts';
import { expect, goTo, test } from './fixtures.ts';
import { chromiumOptions, chromiumPath } from './hosts/chromium.ts';
import { launchWeb } from './hosts/web-host.ts';
import { writePictures } from './images.ts';

/** Chromium asks its kernel for a way to this address to know whether there is IPv6. */
const PROBE = /: connect 2001:4860:4860::8888 port 443$/;

test.beforeEach(({ hostName }) => {
  test.skip(hostName !== 'web', 'it starts server and browser by itself');
  test.skip(whyNot !== undefined, whyNot ?? '');
});

test('a session with training contacts nothing, and writes nothing elsewhere', async ({ home }) => {
  const traces = {
    server: path.join(home, 'calls-server'),
    browser: path.join(home, 'calls-page'),
  };
  const { home: userHome, temporary } = placesIn(home);
  const pictures = await writePictures(path.join(home, 'pictures'), 10);
  const taken = path.join(home, 'taken');
  mkdirSync(taken);
  const studio = await launchWeb({
    workspace: path.join(home, 'workspace'),
    roots: [home],
    tracing: tracing(traces.server),
    // A screen that may be another machine's; the address is nobody's.
    env: bareEnvironment(home, { DISPLAY: '192.0.2.1:0' }),
    browser: { ...chromiumOptions(), executablePath: tracedChromium(home, traces.browser) },
  });
  const page = studio.page();
  for (const name of ['Pre-train', 'Runs', 'Fine-tune', 'Models', 'Devices', 'Data sets'])
    await goTo(page, name);
  await callStudio(page, 'datasets.add', { kind: 'images', folders: [pictures] });
  await callStudio(page, 'devices.list', {});
  const check = await callStudio(page, 'jobs.submit', { kind: 'devices' });
  await untilState(page, check.id, 'done');
  const id = await startTraining(page, { folder: pictures, name: 'quiet', steps: 3 });
  await untilState(page, id, 'done');
  const out = path.join(taken, 'quiet.onnx');
  const job = { kind: 'export', model: 'quiet', format: 'onnx', out } as const;
  await untilState(page, (await callStudio(page, 'jobs.submit', job)).id, 'done');
  await page.reload();
  await goTo(page, 'Runs');
  await studio.close();

  expect(existsSync(out)).toBe(true);
  const calls: Call[] = readTrace(traces.server, home);
  const programs = new Set(calls.map(({ program }) => program));
  expect([...programs], 'processes that were seen').toEqual(
    expect.arrayContaining(['tools-process.js', 'job-process.js', 'device-process.js']),
  );
  expect(networkFaults(calls)).toEqual([]);
  const allowed = [
    path.join(home, 'workspace'),
    ...[path.join(userHome, '.cache', 'conmim-studio'), taken, temporary],
  ];
  expect(writeFaults(calls, allowed)).toEqual([]);
  expect(readdirSync(temporary), 'temporary files that are left').toEqual([]);

  const ofBrowser: Call[] = readTrace(traces.browser, home);
  expect(ofBrowser.length).toBeGreaterThan(1000);
  expect(
    networkFaults(ofBrowser).filter((fault: string) => !PROBE.test(fault) && !isOwnName(fault)),
  ).toEqual([]);
  expect(sentTo(ofBrowser, '2001:4860:4860::8888')).toEqual([]);
});

/**
 * Chromium with the switches of the window, so that what is seen comes of the page: a browser of its own
 * accord speaks to its maker.
 */
function tracedChromium(home: string, calls: string): string {
  const switches = QUIET_SWITCHES.map(([name, value]) =>
    name === 'host-resolver-rules'
      ? `--${name}=${value}, EXCLUDE 127.0.0.1`
      : `--${name}${value === undefined ? '' : `=${value}`}`,
  );
  const words = [...tracing(calls), chromiumPath(), ...switches];
  const file = path.join(home, 'chromium.sh');
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
