/** Locks: leases of which there is one. */
import { acquire, departures, type Leases, noLeases, release } from './leases.js';
import { answer, type Primitive } from './protocol.js';

export const lock: Primitive<'lock', Leases> = {
  lives: 'by-name',
  create: (name) => noLeases(`lock ${name}`, 1),
  methods: {
    'lock.acquire': acquire,
    'lock.release': release,
    'lock.locked': ({ out }, request, effects) => answer(effects, request, out.size > 0),
  },
  ...departures,
  isIdle: ({ out, waiting }) => out.size === 0 && waiting.length === 0,
};
