import { describe, expect, test } from 'vitest';
import type { Contestant, Line } from '../../bench/case.js';
import { missingPeers, rowsOf } from '../../bench/rows.js';
import { runLines } from '../../bench/run.js';

const log: string[] = [];

/** A contestant that logs what it is asked for, and measures `values` in turn. */
function logged(name: string, ...values: readonly number[]): Contestant {
  let round = 0;
  return {
    warmUp: async () => void log.push(`warm ${name}`),
    round: async () => {
      log.push(name);
      return values[round++];
    },
  };
}

const shared = logged('shared', 1, 2, 3);
const missing = { missing: 'other is not installed' };
const line = { unit: 'ms', higherIsBetter: false };
const lines: readonly Line[] = [
  { ...line, name: 'a', rounds: 3, sheaf: logged('a', 10, 30, 20), peers: { shared, other: missing } },
  {
    ...line,
    name: 'b',
    higherIsBetter: true,
    rounds: 1,
    sheaf: logged('b', 4),
    peers: { shared, other: missing },
    extra: (median) => ({ half: median(shared) / 2 }),
  },
];

describe('rounds and rows', () => {
  test('contestants take turns, every other round backwards, one of two lines once a round', async () => {
    log.length = 0;
    const measures = await runLines(lines, {
      maxRounds: 5,
      onRound: (round, rounds) => log.push(`${round}/${rounds}`),
    });
    expect(log.join(' ')).toBe('warm a warm shared warm b 0/3 a shared b 1/3 shared a 2/3 a shared');
    expect(rowsOf('test', lines, measures)).toEqual([
      {
        case: 'test',
        line: 'a',
        unit: 'ms',
        higherIsBetter: false,
        sheaf: 20,
        peers: { shared: 2 },
        ratio: { shared: 0.1 },
        spread: { sheaf: { min: 10, max: 30, rounds: 3 }, shared: { min: 1, max: 3, rounds: 3 } },
        extra: {},
      },
      {
        case: 'test',
        line: 'b',
        unit: 'ms',
        higherIsBetter: true,
        sheaf: 4,
        peers: { shared: 2 },
        ratio: { shared: 2 },
        spread: { sheaf: { min: 4, max: 4, rounds: 1 }, shared: { min: 1, max: 3, rounds: 3 } },
        extra: { half: 1 },
      },
    ]);
  });

  test('a limit on rounds holds for all', async () => {
    const contestant = logged('limited', 1, 2, 3);
    const measures = await runLines([{ ...line, name: 'c', rounds: 3, sheaf: contestant, peers: {} }], {
      maxRounds: 2,
    });
    expect(measures.get(contestant)).toEqual([1, 2]);
  });

  test('a contestant that takes long is measured less often, and its line says so', async () => {
    const long = { ...logged('long', 8, 9), maxRounds: 1 };
    const limited: Line = {
      ...{ ...line, name: 'e', rounds: 2, target: 4 },
      ...{ sheaf: logged('e', 2, 4), peers: { long } },
    };
    const measures = await runLines([limited], { maxRounds: 5 });
    const [row] = rowsOf('test', [limited], measures);
    expect(row).toMatchObject({ sheaf: 3, target: 4, peers: { long: 8 } });
    expect(row.spread).toEqual({ sheaf: { min: 2, max: 4, rounds: 2 }, long: { min: 8, max: 8, rounds: 1 } });
  });

  test('who is missing is told once', () => {
    expect(missingPeers(lines)).toEqual(['other is not installed']);
  });

  test('a round that fails fails the run', async () => {
    const sheaf = { round: () => Promise.reject(new Error('wrong result')) };
    await expect(runLines([{ ...line, name: 'd', rounds: 1, sheaf, peers: {} }], { maxRounds: 1 })).rejects.toThrow(
      'wrong result',
    );
  });
});
