import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import {
  addressOfInterface,
  defaultAddress,
  firstExternal,
  type Interfaces,
  routeAddress,
} from '../../src/cluster/interfaces.js';

const info = (address: string, internal = false, scopeid = 0) => ({
  ...{ address, internal, netmask: '', mac: '', cidr: null },
  ...(address.includes(':') ? { family: 'IPv6' as const, scopeid } : { family: 'IPv4' as const }),
});
const interfaces: Interfaces = {
  lo: [info('127.0.0.1', true), info('::1', true)],
  link: [info('fe80::1', false, 2)],
  six: [info('fe80::2', false, 3), info('fd00::2')],
  ib0: [info('fd00::3'), info('10.88.0.1'), info('10.88.0.2')],
};

test.each([
  ['lo', '127.0.0.1'],
  ['ib0', '10.88.0.1'],
  ['six', 'fd00::2'],
])('interface %s is %s', (name, address) => {
  expect(addressOfInterface(name, interfaces)).toBe(address);
});

test.each(['eth9', 'link'])('interface %s: the error lists those that can be used', (name) => {
  expect(() => addressOfInterface(name, interfaces)).toThrow(
    `network interface "${name}" does not exist here, is down, or has no address; there are: ib0 (10.88.0.1), lo (127.0.0.1), six (fd00::2)`,
  );
});

test('the first address that others can reach', () => {
  expect(firstExternal(interfaces)).toBe('10.88.0.1');
  expect(firstExternal({ lo: interfaces.lo, six: interfaces.six })).toBe('fd00::2');
  expect(firstExternal({ lo: interfaces.lo, link: interfaces.link })).toBe(undefined);
});

test('the way to loopback starts at loopback; no way is no address', async () => {
  expect(await routeAddress('127.0.0.1')).toBe('127.0.0.1');
  expect(await routeAddress('255.255.255.255')).toBe(undefined); // not without SO_BROADCAST
});

test('under srun the default address leads towards the host where srun was called', async () => {
  expect(await defaultAddress({ SLURM_LAUNCH_NODE_IPADDR: '127.0.0.1' })).toBe('127.0.0.1');
});

test('the default address is one of this host’s', async () => {
  const own = Object.values(networkInterfaces()).flatMap((infos) => (infos ?? []).map(({ address }) => address));
  expect(['127.0.0.1', ...own]).toContain(await defaultAddress({}));
});
