/**
 * Two hosts of this machine: network namespaces with a name and a link of their own, on which launchers
 * start ranks. Linux only, and only where such namespaces may be made.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MpiFamily } from '../launched.ts';

export interface NetworkHosts {
  /** What the hosts call themselves. */
  readonly names: readonly [string, string];
  /** A command that starts `command` with one rank on each host, over TCP alone. */
  mpirun(family: MpiFamily, launcher: string, command: readonly string[]): string[];
  /** Cut the link between them, or join it again. */
  setLink(state: 'up' | 'down'): void;
  /** Kill all that runs on them. */
  endAll(): void;
  dispose(): void;
}

const NETWORK = '10.77.0.0/24';
const ADDRESSES = ['10.77.0.1', '10.77.0.2'] as const;
const made = new Set<NetworkHosts>();
process.once('exit', () => {
  for (const hosts of made) hosts.dispose();
});

/** @returns the reason where they cannot be made here */
export function networkHosts(): NetworkHosts | string {
  if (process.platform !== 'linux') return 'only Linux has network namespaces';
  const names = [`conmim-a${process.pid}`, `conmim-b${process.pid}`] as const;
  const links = [`cma${process.pid}`, `cmb${process.pid}`] as const;
  const steps = [
    ...names.flatMap((name) => [`netns add ${name}`, `-n ${name} link set lo up`]),
    `-n ${names[0]} link add ${links[0]} type veth peer name ${links[1]} netns ${names[1]}`,
    ...names.flatMap((name, i) => [
      `-n ${name} addr add ${ADDRESSES[i]}/24 dev ${links[i]}`,
      `-n ${name} link set ${links[i]} up`,
    ]),
  ];
  const endAll = () => {
    for (const name of names) {
      const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
      for (const pid of stdout?.split('\n').filter(Boolean) ?? []) kill(Number(pid));
    }
  };
  const remove = () => {
    endAll();
    for (const name of names) ip(`netns del ${name}`);
  };
  for (const step of steps) {
    const problem = ip(step);
    if (problem === undefined) continue;
    remove();
    return problem;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'conmim-hosts-'));
  const agent = path.join(folder, 'agent');
  writeFileSync(agent, agentScript(names), { mode: 0o755 });
  const hosts: NetworkHosts = {
    names,
    endAll,
    mpirun: (family, launcher, command) => [
      // As by ssh, and with the name of the host.
      ...[
        agent,
        ADDRESSES[0],
        [launcher, ...LAUNCHER_OPTIONS[family](agent), ...command].join(' '),
      ],
    ],
    setLink(state) {
      ip(`-n ${names[1]} link set ${links[1]} ${state}`);
    },
    dispose() {
      if (!made.delete(hosts)) return;
      remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  made.add(hosts);
  return hosts;
}

const LAUNCHER_OPTIONS: Readonly<Record<MpiFamily, (agent: string) => string[]>> = {
  'open-mpi': (agent) => [
    ...['--allow-run-as-root', '--bind-to', 'none', '-n', '2'],
    ...['--host', ADDRESSES.map((each) => `${each}:1`).join(','), '--mca', 'plm_rsh_agent', agent],
    ...['--mca', 'btl', 'tcp,self', '--mca', 'btl_tcp_if_include', NETWORK],
    ...['--mca', 'oob_tcp_if_include', NETWORK],
  ],
  mpich: (agent) => [
    ...['-launcher', 'ssh', '-launcher-exec', agent, '-hosts', ADDRESSES.join(',')],
    ...['-ppn', '1', '-n', '2'],
  ],
};

/** Runs a command line on one of the hosts, as ssh does. */
function agentScript(names: readonly string[]): string {
  return [
    '#!/bin/sh',
    // Launchers give ssh its options first.
    'while case "$1" in -*) true;; *) false;; esac; do shift; done',
    `case "$1" in ${ADDRESSES[0]}) host=${names[0]};; *) host=${names[1]};; esac`,
    'shift',
    `exec ip netns exec "$host" unshare --uts sh -c "hostname $host; exec $*"`,
    '',
  ].join('\n');
}

/** @returns what went wrong */
function ip(args: string): string | undefined {
  const { status, stderr, error } = spawnSync('ip', args.split(' '), { encoding: 'utf8' });
  if (error !== undefined) return `ip: ${error.message}`;
  return status === 0 ? undefined : `ip ${args}: ${stderr.trim()}`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
