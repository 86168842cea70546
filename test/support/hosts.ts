/**
 * Several pretended hosts on this machine: network namespaces, each with its own address, name, /etc/hosts and /dev/shm,
 * on a bridge between them; their links can be cut.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Hosts {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** This machine's address among them, and the interface that has it. */
  readonly gateway: string;
  readonly bridge: string;
  /** The first two numbers of the addresses in the second network. */
  readonly secondNetwork: string;
  /** A remote shell for mpirun: called with a host and a command. */
  readonly shell: string;
  /** The processes of a host. */
  pids(name: string): number[];
  /** Takes the link of a host away; what it sends is lost without a word. */
  cut(name: string): void;
  /** Ends what runs on them, and removes them. */
  close(): void;
}

export interface HostsOptions {
  readonly count: number;
  /** A second network among them, with an interface of that name on each. */
  readonly second?: string;
  /** What their names begin with, before their number (default: something that nobody else has). */
  readonly prefix?: string;
}

/** For a test's title. */
export const hostsTitle = 'hosts (network namespaces: Linux, iproute2, as root)';

/** Whether hosts can be made here: tried with one. */
export const canMakeHosts: boolean = (() => {
  if (process.getuid?.() !== 0) return false;
  const name = `shtry${process.pid}`;
  const isMade = spawnSync('ip', ['netns', 'add', name]).status === 0;
  const isLinked =
    isMade &&
    spawnSync('ip', ['link', 'add', `${name}b`.slice(-15), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name])
      .status === 0;
  if (isMade) spawnSync('ip', ['netns', 'del', name]);
  return isLinked;
})();

const folderOf = (prefix: string) => join(tmpdir(), `sheaf-hosts-${prefix}`);

/** A command that runs on a host. Not by `ip netns exec`, which mounts another /sys, where slurmd finds no control groups. */
export function onHost(name: string, command: readonly string[]): string[] {
  const prefix = name.replace(/\d+$/, '');
  const set = `hostname ${name}; mount --bind ${folderOf(prefix)}/hosts /etc/hosts; mount -t tmpfs tmpfs /dev/shm; exec "$@"`;
  return ['nsenter', `--net=/run/netns/${name}`, 'unshare', '--uts', '--mount', 'sh', '-c', set, 'sh', ...command];
}

let made = 0;

export function makeHosts({ count, second, ...options }: HostsOptions): Hosts {
  // Letters only: the number of a host follows. Interfaces have names of 15 characters at most.
  const prefix =
    options.prefix ??
    `s${[...String(process.pid % 100_000)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}${'xyzw'[made % 4]}`;
  const [net, other] = [`10.${200 + (made % 4)}.${process.pid % 250}`, `10.${210 + (made % 4)}.${process.pid % 250}`];
  made++;
  const names = Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
  const addresses = names.map((_, i) => `${net}.${i + 1}`);
  const bridges = [`${prefix}br`, ...(second === undefined ? [] : [`${prefix}b2`])];
  const folder = folderOf(prefix);
  spawnSync('mkdir', ['-p', folder]);
  const lines = ['127.0.0.1 localhost', ...names.map((name, i) => `${addresses[i]} ${name}`)];
  writeFileSync(join(folder, 'hosts'), `${[...lines, `${net}.254 ${hostname()}`].join('\n')}\n`);
  const close = () => {
    for (const name of names) {
      for (const pid of pidsOf(name)) process.kill(pid, 'SIGKILL');
      spawnSync('ip', ['netns', 'del', name]);
      for (const end of ['v', 'w']) spawnSync('ip', ['link', 'del', `${name}${end}`]);
    }
    for (const bridge of bridges) spawnSync('ip', ['link', 'del', bridge]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    ip('link', 'add', bridges[0]!, 'type', 'bridge');
    ip('addr', 'add', `${net}.254/24`, 'dev', bridges[0]!);
    for (const bridge of bridges.slice(1)) ip('link', 'add', bridge, 'type', 'bridge');
    for (const bridge of bridges) ip('link', 'set', bridge, 'up');
    names.forEach((name, i) => {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
      addLink(name, 'eth0', `${name}v`, bridges[0]!, addresses[i]!);
      if (second !== undefined) addLink(name, second, `${name}w`, bridges[1]!, `${other}.${i + 1}`);
    });
    const shell = join(folder, 'rsh');
    // As ssh would have it: options, a host, then words that are one command line for its shell.
    writeFileSync(
      shell,
      `#!/bin/bash
while [[ \${1:-} == -* ]]; do case $1 in -l|-p|-o|-i) shift 2;; *) shift;; esac; done
h=$1; shift
exec nsenter --net=/run/netns/$h unshare --uts --mount sh -c "hostname $h; mount --bind ${folder}/hosts /etc/hosts; mount -t tmpfs tmpfs /dev/shm; exec \\"\\$@\\"" sh /bin/sh -c "$*"
`,
    );
    chmodSync(shell, 0o755);
    return {
      ...{ names, addresses, gateway: `${net}.254`, bridge: bridges[0]!, shell, close },
      secondNetwork: other.split('.').slice(0, 2).join('.'),
      pids: pidsOf,
      cut: (name) => ip('link', 'set', `${name}v`, 'down'),
    };
  } catch (error) {
    close();
    throw error;
  }
}

function addLink(host: string, name: string, outside: string, bridge: string, address: string): void {
  ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', name, 'netns', host);
  ip('link', 'set', outside, 'master', bridge, 'up');
  ip('-n', host, 'addr', 'add', `${address}/24`, 'dev', name);
  ip('-n', host, 'link', 'set', name, 'up');
}

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}

const pidsOf = (name: string): number[] =>
  spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean).map(Number);
