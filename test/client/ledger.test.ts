import { expect, test } from 'vitest';
import { Ledger, settle } from '../../src/client/ledger.js';

const keysOf = (ledger: Ledger) => Array.from(ledger.entries(), ({ key, handles }) => `${key} ${handles}`);

test('a group has an entry for each of its keys, made when it is asked for', () => {
  const ledger = new Ledger();
  expect(ledger.addGroup('f', 3)).toBe(true);
  const entry = ledger.get('f-1')!;
  expect(entry).toMatchObject({ key: 'f-1', handles: 1, status: 'pending' });
  expect(ledger.get('f-1')).toBe(entry);
  expect(ledger.inGroup('f')(1)).toBe(entry);
  expect(keysOf(ledger)).toEqual(['f-0 1', 'f-1 1', 'f-2 1']);
});

test('keys that only look like those of a group are their own', () => {
  const ledger = new Ledger();
  ledger.addGroup('f', 3);
  for (const key of ['f-3', 'f--1', 'f-', 'f-01', 'f- 1', 'f-1.5', 'f-1-1', 'f', 'f-1e0', 'f-NaN']) {
    expect(ledger.get(key)).toBeUndefined();
    expect(ledger.add(key)).toBe(true);
  }
  expect(keysOf(ledger)).toHaveLength(13);
});

test('an equal map is one more handle on each; only what was released or cancelled is asked for again', () => {
  const ledger = new Ledger();
  ledger.addGroup('f', 3);
  expect(ledger.addGroup('f', 3)).toBe(false);
  expect(keysOf(ledger)).toEqual(['f-0 2', 'f-1 2', 'f-2 2']);
  expect([ledger.release('f-0'), ledger.release('f-0'), ledger.release('f-0')]).toEqual([false, true, false]);
  expect(ledger.get('f-0')).toBeUndefined();
  expect(ledger.addGroup('f', 3)).toBe(true);
  expect(keysOf(ledger)).toEqual(['f-0 1', 'f-1 3', 'f-2 3']);
  settle(ledger.get('f-2')!, 'cancelled', {});
  expect(ledger.addGroup('f', 3)).toBe(true);
  expect(ledger.get('f-2')).toMatchObject({ handles: 4, status: 'pending' });
});

test('one key of a group alone: before it, within it, after its release', () => {
  const ledger = new Ledger();
  ledger.add('f-1');
  ledger.add('f-7');
  ledger.addGroup('f', 2);
  expect(keysOf(ledger)).toEqual(['f-0 1', 'f-1 2', 'f-7 1']);
  expect(ledger.add('f-0')).toBe(false);
  ledger.forget(ledger.get('f-0')!);
  expect(ledger.add('f-0')).toBe(true);
  expect(keysOf(ledger)).toEqual(['f-0 1', 'f-1 2', 'f-7 1']);
});

test('a group that is released whole is forgotten', () => {
  const ledger = new Ledger();
  ledger.addGroup('f', 2);
  expect([ledger.release('f-0'), ledger.release('f-1')]).toEqual([true, true]);
  expect(keysOf(ledger)).toEqual([]);
  expect(ledger.inGroup('f')(0)).toBeUndefined();
  expect(ledger.addGroup('f', 3)).toBe(true);
});
