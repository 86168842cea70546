/** Which of this host's addresses to listen on: that of a named interface, or the one that leads towards the others. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { InputError } from '../util/errors.js';
import type { Env } from './launcher.js';

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * The address of the interface `name`: its first IPv4 address, else its first global IPv6 address.
 * Raises {@link InputError}, listing what exists, if there is none (one that is down counts as absent).
 *
 * @example
 * addressOfInterface('lo'); // '127.0.0.1'
 */
export function addressOfInterface(name: string, interfaces: Interfaces = networkInterfaces()): string {
  const usable = usableAddresses(interfaces[name]);
  if (usable.length > 0) return usable[0];
  const existing = Object.entries(interfaces).flatMap(([other, infos]) => {
    const [address] = usableAddresses(infos);
    return address === undefined ? [] : [`${other} (${address})`];
  });
  throw new InputError(
    `network interface ${JSON.stringify(name)} does not exist here, is down, or has no address; there are: ${existing.sort().join(', ')}`,
  );
}

/** IPv4 first; an address of link scope means nothing to another host. */
function usableAddresses(infos: readonly NetworkInterfaceInfo[] | undefined): readonly string[] {
  const ofFamily = (family: string) => (infos ?? []).filter((info) => info.family === family);
  const global6 = ofFamily('IPv6').filter((info) => !(info as { scopeid?: number }).scopeid);
  return [...ofFamily('IPv4'), ...global6].map((info) => info.address);
}

/** This host's address on the route to `host` (undefined if there is no route). Connecting a UDP socket sends no packet. */
export function routeAddress(host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    const finish = (address: string | undefined) => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => finish(undefined));
    socket.once('connect', () => finish(socket.address().address)); // a callback to connect() would be called on failure too
    socket.connect(9, host); // port 9, discard: any would do
  });
}

/**
 * The address for a scheduler to listen on when no interface is named: towards the host where srun was called, else
 * towards the internet, else the first address of another than a loopback interface, else loopback.
 */
export async function defaultAddress(
  env: Env = process.env,
  interfaces: Interfaces = networkInterfaces(),
): Promise<string> {
  for (const host of [env.SLURM_LAUNCH_NODE_IPADDR, '8.8.8.8']) {
    const address = host ? await routeAddress(host) : undefined;
    if (address !== undefined) return address;
  }
  return firstExternal(interfaces) ?? '127.0.0.1';
}

/**
 * The addresses of a scheduler for which no interface is named: {@link defaultAddress}, then what else other hosts may
 * reach, since on a host with several networks nobody can know which of them leads to all the others.
 */
export async function schedulerHosts(
  env: Env = process.env,
  interfaces: Interfaces = networkInterfaces(),
): Promise<string[]> {
  const others = usableAddresses(externalOf(interfaces));
  return [...new Set([await defaultAddress(env, interfaces), ...others])].slice(0, MAX_ADDRESSES);
}

/** More would be the bridges of containers. */
const MAX_ADDRESSES = 8;

/** The first address that other hosts can reach: any interface's IPv4 before IPv6. */
export const firstExternal = (interfaces: Interfaces): string | undefined => usableAddresses(externalOf(interfaces))[0];

const externalOf = (interfaces: Interfaces): NetworkInterfaceInfo[] =>
  Object.values(interfaces).flatMap((infos) => (infos ?? []).filter((info) => !info.internal));
