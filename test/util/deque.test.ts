import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deque } from '../../src/util/deque.js';

test('it does what an array does', () => {
  const step = fc.oneof(fc.constantFrom('shift' as const), fc.tuple(fc.constantFrom('push', 'unshift'), fc.nat()));
  fc.assert(
    fc.property(fc.array(step), (program) => {
      const deque = new Deque<number>();
      const model: number[] = [];
      for (const item of program) {
        if (item === 'shift') expect(deque.shift()).toBe(model.shift());
        else {
          const [method, value] = item as ['push' | 'unshift', number];
          deque[method](value);
          model[method](value);
        }
        expect([...deque]).toEqual(model);
        expect(deque.length).toBe(model.length);
      }
    }),
  );
});
