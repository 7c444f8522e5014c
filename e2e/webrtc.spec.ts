/** WebRTC of the window sends nothing, also to addresses of this machine. */
import dgram from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { asDesktop, desktopOnly, expect, test } from './fixtures.ts';

desktopOnly();

test('nothing is sent over WebRTC, also to this machine', async ({ studio }) => {
  const desktop = asDesktop(studio);
  expect(await desktop.next('webrtc', 0)).toMatchObject({ policy: 'disable_non_proxied_udp' });
  test.skip(studio.name !== 'electron', 'the policy is Electron’s');
  const addresses = Object.values(os.networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address);
  const before = multicastNames();
  for (const address of addresses) {
    const heard: string[] = [];
    const udp = dgram.createSocket('udp4').on('message', () => heard.push('udp'));
    await new Promise<void>((resolve) => udp.bind(0, address, resolve));
    const { port } = udp.address();
    const tcp = net.createServer(() => heard.push('tcp'));
    await new Promise<void>((resolve) => tcp.listen(port, address, resolve));
    try {
      const candidates = await studio.page().evaluate(gather, { address, port });
      expect({ candidates, heard }, address).toEqual({ candidates: [], heard: [] });
      // Joining a multicast group would be visible in the network.
      expect(multicastNames().filter((each) => !before.includes(each))).toEqual([]);
    } finally {
      udp.close();
      tcp.close();
    }
  }
});

/** Sockets for multicast DNS on this machine (port 5353), where the system lists them. */
function multicastNames(): string[] {
  return ['/proc/net/udp', '/proc/net/udp6'].filter(existsSync).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .flatMap(([, local, , , , , , , , inode]) => (local?.endsWith(':14E9') ? inode! : [])),
  );
}

/** Try to reach an address by STUN, TURN and as a peer, from the page and from a frame in it. */
async function gather(at: { address: string; port: number }): Promise<string[]> {
  const host = `${at.address}:${at.port}`;
  const frame = Object.assign(document.createElement('iframe'), { srcdoc: 'x' });
  document.body.append(frame);
  await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  const framed = frame.contentWindow as unknown as typeof globalThis;
  const urls = [`stun:${host}`, `turn:${host}`, `turn:${host}?transport=tcp`, `turns:${host}`];
  const candidates: string[] = [];
  const tries = [globalThis, framed].map(async ({ RTCPeerConnection }) => {
    const connection = new RTCPeerConnection({
      iceServers: [{ urls, username: 'x', credential: 'x' }],
    });
    const other = new RTCPeerConnection();
    const gathered = new Promise((resolve) => {
      connection.onicecandidate = ({ candidate }) =>
        candidate === null ? resolve(undefined) : candidates.push(candidate.candidate);
    });
    connection.createDataChannel('x');
    await connection.setLocalDescription(await connection.createOffer());
    await other.setRemoteDescription(connection.localDescription!);
    await other.setLocalDescription(await other.createAnswer());
    await connection.setRemoteDescription(other.localDescription!);
    for (const [protocol, type] of [
      ['udp', ''],
      ['tcp', 'tcptype passive'],
    ])
      await connection.addIceCandidate({
        candidate: `candidate:1 1 ${protocol} 2113937151 ${at.address} ${at.port} typ host ${type}`,
        sdpMid: '0',
      });
    // Gathering ends when all candidates are tried; connectivity checks go on after it.
    await Promise.race([gathered, new Promise((resolve) => setTimeout(resolve, 5000))]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    connection.close();
    other.close();
  });
  await Promise.all(tries);
  frame.remove();
  return candidates;
}
