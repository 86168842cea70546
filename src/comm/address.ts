import { isIPv6 } from 'node:net';
import { InputError } from '../util/errors.js';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** The host and port of `tcp://host:port`; brackets around an IPv6 host are taken off. Raises InputError. */
export function parseTcpAddress(address: string): HostPort {
  const match = /^tcp:\/\/(?:\[([^\]]+)\]|([^[\]:/]+)):(\d{1,5})$/.exec(address);
  const [, ipv6, name] = match ?? [];
  const host = ipv6 ?? name;
  const port = Number(match?.[3]);
  if (host === undefined || !(port <= 65_535) || (ipv6 !== undefined && !isIPv6(ipv6))) {
    throw new InputError(
      `'${address}' is not of the form tcp://host:port (an IPv6 host in brackets, tcp://[::1]:port)`,
    );
  }
  return { host, port };
}

/** `tcp://host:port`, with brackets around an IPv6 host. */
export function formatTcpAddress({ host, port }: HostPort): string {
  return `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
