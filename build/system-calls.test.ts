import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkFaults, writeFaults } from './testing/forbidden-calls.ts';
import { parseCall, type SystemCall } from './testing/system-calls.ts';
import { type TracedRun, traced, whyNot } from './testing/traced.ts';

/** Calls as strace writes them, of a program `x` in `/here`. */
function calls(...lines: string[]): SystemCall[] {
  return lines.flatMap((line) =>
    parseCall(line).map((call) => ({ pid: 7, program: 'x', cwd: '/here', ...call })),
  );
}

describe('networkFaults', () => {
  it.each([
    [
      'TCP over IPv4',
      'connect(18<socket:[1]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EINPROGRESS (Operation now in progress)',
      'x [7]: connect 192.0.2.1 port 443',
    ],
    [
      'IPv6',
      'connect(5, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 ENETUNREACH (Network is unreachable)',
      'x [7]: connect 2001:db8::1 port 443',
    ],
    [
      'UDP without a connection',
      'sendto(3, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = 1',
      'x [7]: sendto 192.0.2.1 port 9',
    ],
    [
      'a message with an address',
      'sendmsg(3, {msg_name={sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, msg_namelen=16}, 0) = 1',
      'x [7]: sendmsg 192.0.2.1 port 9',
    ],
    [
      'a resolver on loopback',
      'connect(5, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0',
      'x [7]: connect 127.0.0.53 port 53',
    ],
    [
      'a name service',
      'connect(5, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42) = 0',
      'x [7]: connect to /run/systemd/resolve/io.systemd.Resolve',
    ],
    [
      'the list of hosts',
      'openat(AT_FDCWD</here>, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 18</etc/hosts>',
      'x [7]: look-up of a name (/etc/hosts)',
    ],
    [
      'a server for everybody',
      'bind(5, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::", &sin6_addr), sin6_scope_id=0}, 28) = 0',
      'x [7]: bind :: port 80',
    ],
    [
      'every address',
      'bind(5, {sa_family=AF_INET, sin_port=htons(0), sin_addr=htonl(INADDR_ANY)}, 16) = 0',
      'x [7]: bind 0.0.0.0 port 0',
    ],
    ['packets', 'socket(AF_PACKET, SOCK_RAW, 768) = 3', 'x [7]: socket of AF_PACKET'],
    ['raw packets', 'socket(AF_INET, SOCK_RAW, 1) = 3', 'x [7]: raw socket of AF_INET'],
    [
      'a way around calls',
      'io_uring_setup(256, {flags=0}) = 9<anon_inode:[io_uring]>',
      'x [7]: io_uring, through which calls cannot be seen',
    ],
    [
      'a call that never came back',
      'connect(5, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.1")}, 16 <unfinished ...>',
      'x [7]: connect 192.0.2.1 port 80',
    ],
  ])('names %s', (_, line, fault) => {
    expect(networkFaults(calls(line))).toEqual([fault]);
  });

  it('lets loopback, sockets of files and the kernel be', () => {
    const quiet = [
      'socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 19',
      'bind(19, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
      'connect(5, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
      'connect(5, {sa_family=AF_UNIX, sun_path="/tmp/.X11-unix/X0"}, 20) = 0',
      'connect(5, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT (No such file or directory)',
      'bind(5, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0',
      'sendto(5, "x", 1, MSG_NOSIGNAL, NULL, 0) = 1',
      'openat(AT_FDCWD</here>, "/etc/resolv.conf", O_RDONLY) = 18</etc/resolv.conf>',
      'io_uring_setup(256, {flags=0}) = -1 EPERM (Operation not permitted)',
    ];
    expect(networkFaults(calls(...quiet))).toEqual([]);
  });
});

describe('writeFaults', () => {
  it('names what is written outside, from wherever its path begins', () => {
    const lines = [
      'openat(AT_FDCWD</here>, "a", O_WRONLY|O_CREAT, 0666) = 3</here/a>',
      'openat(7</there>, "b", O_RDWR|O_CREAT, 0666) = 3</there/b>',
      'mkdir("c", 0777) = 0',
      'rename("/allowed/d", "/here/d") = 0',
      'symlink("/somewhere", "/here/e") = 0',
      'unlinkat(7</there>, "f", 0) = 0',
      'openat(AT_FDCWD</here>, "/root/g", O_WRONLY|O_CREAT, 0666) = -1 EACCES (Permission denied)',
      'bind(5, {sa_family=AF_UNIX, sun_path="/here/h"}, 20) = 0',
      'openat(AT_FDCWD</here>, "/dev/shm/i", O_RDWR|O_CREAT, 0600) = 3</dev/shm/i>',
      'openat(AT_FDCWD</here>, "/\\303\\244", O_WRONLY|O_CREAT, 0666) = 3</ä>',
      'openat(AT_FDCWD</here>, "/allowed-not/j", O_WRONLY|O_CREAT, 0666) = 3</allowed-not/j>',
    ];
    expect(writeFaults(calls(...lines), ['/allowed'])).toEqual([
      'x [7]: openat /here/a',
      'x [7]: openat /there/b',
      'x [7]: mkdir /here/c',
      'x [7]: rename /here/d',
      'x [7]: symlink /here/e',
      'x [7]: unlinkat /there/f',
      'x [7]: openat /root/g',
      'x [7]: bind /here/h',
      'x [7]: openat /dev/shm/i',
      'x [7]: openat /ä',
      'x [7]: openat /allowed-not/j',
    ]);
  });

  it('lets reading, devices and what did not come about be', () => {
    const lines = [
      'openat(AT_FDCWD</here>, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3</etc/passwd>',
      'openat(AT_FDCWD</here>, "/dev/null", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3</dev/null>',
      'openat(AT_FDCWD</here>, "/proc/self/task/9/comm", O_RDWR) = 3</proc/9/task/9/comm>',
      'mkdir("/here", 0777) = -1 EEXIST (File exists)',
      'openat(AT_FDCWD</here>, "/allowed/a", O_WRONLY|O_CREAT, 0666) = 3</allowed/a>',
      '+++ exited with 0 +++',
    ];
    expect(writeFaults(calls(...lines), ['/allowed'])).toEqual([]);
  });
});

/** Each is something that a library could do behind our back. */
describe.skipIf(whyNot !== undefined)(
  `what the trace sees${whyNot === undefined ? '' : `: not tried, since ${whyNot}`}`,
  () => {
    let home: string;
    beforeAll(() => {
      home = mkdtempSync(path.join(os.tmpdir(), 'conmim-trace-'));
    });
    afterAll(() => rmSync(home, { recursive: true, force: true }));
    const run = (script: string): TracedRun => traced(home, [process.execPath, '-e', script]);

    it('a look-up of a name by native code', () => {
      const { calls: made } = run("require('node:dns').lookup('host.invalid', () => {})");
      expect(networkFaults(made)).toContainEqual(
        expect.stringMatching(/^node \[\d+\]: look-up of a name/),
      );
    });

    it('a connection of a child process, by the name of its script', () => {
      const connect = "require('node:net').connect(9, '192.0.2.1').on('error', () => {}).unref()";
      const script = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(connect)}, 'some.js'])`;
      expect(networkFaults(run(script).calls)).toEqual([
        expect.stringMatching(/^some\.js \[\d+\]: connect 192\.0\.2\.1 port 9$/),
      ]);
    });

    it('a datagram over IPv6, and a port that is open to others', () => {
      const script = `
        const socket = require('node:dgram').createSocket('udp6');
        socket.on('error', () => {});
        socket.send('x', 9, '2001:db8::1', () => socket.close());`;
      expect(networkFaults(run(script).calls)).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/bind :: port 0$/),
          expect.stringMatching(/send\w+ 2001:db8::1 port 9$/),
        ]),
      );
    });

    it('files that are written elsewhere', () => {
      const script = "process.chdir('..'); require('node:fs').mkdirSync(process.argv[1])";
      const beside = `${home}-beside`;
      const { calls: made } = traced(home, [process.execPath, '-e', script, path.basename(beside)]);
      rmSync(beside, { recursive: true });
      expect(writeFaults(made, [home])).toEqual([expect.stringMatching(`: mkdir ${beside}$`)]);
    });
  },
);
