import { expect, test } from 'vitest';
import { type RoleOptions, type Roles, rolesOf } from '../../src/cluster/roles.js';

test.each<[number, RoleOptions, Roles]>([
  [3, {}, { scheduler: 0, client: 1, workers: [2] }],
  [5, {}, { scheduler: 0, client: 1, workers: [2, 3, 4] }],
  [3, { exclusive: false }, { scheduler: 0, client: 1, workers: [0, 1, 2] }],
  [2, { exclusive: false }, { scheduler: 0, client: 1, workers: [0, 1] }],
  [1, { exclusive: false }, { scheduler: 0, client: 0, workers: [0] }],
  [4, { schedulerRank: 3 }, { scheduler: 3, client: 0, workers: [1, 2] }],
  [4, { schedulerRank: 1 }, { scheduler: 1, client: 0, workers: [2, 3] }],
  [4, { schedulerRank: 2, clientRank: 3 }, { scheduler: 2, client: 3, workers: [0, 1] }],
  [2, { clientRank: 0 }, { scheduler: 0, client: 0, workers: [1] }],
])('%i ranks with %j', (size, options, roles) => {
  expect(rolesOf(size, options)).toEqual(roles);
});

test.each<[number, RoleOptions, string]>([
  [1, {}, 'the launcher started one process, but a cluster needs at least 3'],
  [2, {}, 'the launcher started 2 processes, but a cluster needs at least 3'],
  [4, { schedulerRank: 4 }, 'schedulerRank is 4, but the ranks of this job are 0 to 3'],
  [4, { clientRank: -1 }, 'clientRank is -1, but the ranks of this job are 0 to 3'],
  [4, { clientRank: 1.5 }, 'clientRank is 1.5, but the ranks of this job are 0 to 3'],
])('%i ranks with %j cannot be', (size, options, message) => {
  expect(() => rolesOf(size, options)).toThrow(message);
});
