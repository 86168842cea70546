import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/util/errors.js';
import {
  checkThresholds,
  decideMemory,
  defaultThresholds,
  type MemoryReading,
} from '../../src/worker/memory-policy.js';

const nothing = { spillBytes: 0, collect: false, pause: false, resume: false, terminate: false };
const reading = {
  limitBytes: 1000,
  managedBytes: 0,
  programBytes: 0,
  processBytes: 0,
  isCollected: false,
  isPaused: false,
};

describe('of a limit of 1000 bytes', () => {
  test.each<[string, Partial<MemoryReading>, Partial<typeof nothing>]>([
    ['all is well', { managedBytes: 600, processBytes: 700 }, {}],
    ['managed bytes go down to the target', { managedBytes: 650 }, { spillBytes: 50 }],
    ['the program takes its part of it', { managedBytes: 550, programBytes: 100 }, { spillBytes: 50 }],
    ['a program over the target leaves nothing', { managedBytes: 50, programBytes: 610 }, { spillBytes: 50 }],
    ['what may be garbage is collected first', { managedBytes: 500, processBytes: 750 }, { collect: true }],
    ['and then believed', { managedBytes: 500, processBytes: 750, isCollected: true }, { spillBytes: 150 }],
    ['no more than is managed', { managedBytes: 50, processBytes: 790, isCollected: true }, { spillBytes: 50 }],
    ['tasks stop at once', { processBytes: 810 }, { pause: true, collect: true }],
    ['and stay so', { processBytes: 810, isPaused: true, isCollected: true }, {}],
    ['until there is room', { processBytes: 800, isPaused: true, isCollected: true }, { resume: true }],
    ['a worker at its end', { processBytes: 960, isPaused: true }, { terminate: true, collect: true }],
  ])('%s', (_, given, decision) => {
    expect(decideMemory({ ...reading, ...given }, defaultThresholds)).toEqual({ ...nothing, ...decision });
  });

  test('measures that are not to be taken are not', () => {
    const none = { target: false, spill: false, pause: false, terminate: false } as const;
    expect(decideMemory({ ...reading, managedBytes: 2000, processBytes: 2000 }, none)).toEqual(nothing);
    expect(
      decideMemory(
        { ...reading, managedBytes: 500, processBytes: 750, isCollected: true },
        { ...defaultThresholds, target: false },
      ),
    ).toMatchObject({ spillBytes: 50 });
  });
});

describe('options', () => {
  test('those of Dask unless told otherwise', () => {
    expect(checkThresholds({})).toEqual(defaultThresholds);
    expect(checkThresholds({ memoryTarget: false, memorySpill: 0.5 })).toEqual({
      ...defaultThresholds,
      target: false,
      spill: 0.5,
    });
  });

  test('what makes no sense is refused', () => {
    for (const memoryPause of [0, -1, 1.5, Number.NaN, '80%' as never, true as never]) {
      expect(() => checkThresholds({ memoryPause }), String(memoryPause)).toThrow(InputError);
    }
    expect(() => checkThresholds({ memorySpill: 0.9 })).toThrow(
      'memoryPause is 0.8, below memorySpill, which is 0.9: memoryTarget, memorySpill, memoryPause, memoryTerminate are in rising order',
    );
  });
});
