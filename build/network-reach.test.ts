import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  KNOWN_REACH,
  nativeReach,
  reachOf,
  scriptReach,
  unknownReach,
} from './testing/network-reach.ts';

describe('nativeReach', () => {
  it.each([
    ['\0getaddrinfo\0connect\0', ['connect', 'getaddrinfo']],
    ['\0_getaddrinfo\0', ['getaddrinfo']],
    ['\0getaddrinfo@GLIBC_2.2.5\0', ['getaddrinfo']],
    ['KERNEL32.dll\0WS2_32.dll\0', ['WS2_32']],
    ['_OBJC_CLASS_$_NSURLSession\0', ['NSURLSession']],
    [
      'https://mobile.events.data.example.com/OneCollector/1.0/\0',
      ['OneCollector', 'events.data.'],
    ],
    ['\0disconnect\0reconnect_all\0connected\0', []],
  ])('finds in %j: %j', (text, found) => {
    expect(nativeReach(Buffer.from(text))).toEqual(found);
  });
});

describe('scriptReach', () => {
  it.each([
    ["import net from 'node:net';", ['net']],
    ["const { get } = require('https');", ['https']],
    ["await import('node:dns/promises')", ['dns/promises']],
    ['await fetch(url)', ['fetch']],
    ['new WebSocket(url)', ['WebSocket']],
    ["// import 'node:net'\nimport fs from 'node:fs';", []],
  ])('finds in %j: %j', (text, found) => {
    expect(scriptReach(text)).toEqual(found);
  });
});

describe('unknownReach', () => {
  it('names a new file, and a new function of a known one', () => {
    const reach = new Map([
      ['node_modules/x/y.so', ['connect']],
      ['a/libvips-cpp.so.42', ['getaddrinfo', 'sendto']],
      ['a/out/engine/server/server.js', ['http']],
    ]);
    expect(unknownReach(reach)).toEqual([
      'node_modules/x/y.so could open connections by connect',
      'a/libvips-cpp.so.42 could open connections by sendto',
    ]);
  });

  it('has a reason for each that is known', () => {
    for (const { why } of KNOWN_REACH) expect(why).toMatch(/^[A-Z`].{20,}\.$/);
  });

  it('knows the libraries of every system that are in one package', async () => {
    const folder = path.join(import.meta.dirname, '..', 'node_modules', 'onnxruntime-node', 'bin');
    const reach = await reachOf(folder);
    expect(unknownReach(reach)).toEqual([]);
    expect([...reach.keys()].join('\n')).toMatch(/linux\/arm64.*darwin/s);
  });
});
