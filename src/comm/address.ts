import { isIPv6 } from 'node:net';
import { InputError } from '../util/errors.js';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Of addresses that are a host and a port: plain TCP, and TLS over it. */
export type SocketScheme = 'tcp' | 'tls';

/** The host and port of `tcp://host:port`; brackets around an IPv6 host are taken off. Raises InputError. */
export function parseTcpAddress(address: string, scheme: SocketScheme = 'tcp'): HostPort {
  const match = /^([a-z]+):\/\/(?:\[([^\]]+)\]|([^[\]:/]+)):(\d{1,5})$/.exec(address);
  const [, found, ipv6, name] = match ?? [];
  const host = ipv6 ?? name;
  const port = Number(match?.[4]);
  if (found !== scheme || host === undefined || !(port <= 65_535) || (ipv6 !== undefined && !isIPv6(ipv6))) {
    throw new InputError(
      `'${address}' is not of the form ${scheme}://host:port (an IPv6 host in brackets, ${scheme}://[::1]:port)`,
    );
  }
  return { host, port };
}

/** `tcp://host:port`, with brackets around an IPv6 host. */
export function formatTcpAddress({ host, port }: HostPort, scheme: SocketScheme = 'tcp'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
