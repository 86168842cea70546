import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '../../src/util/heap.js';

test('items come out in order, whatever the order of pushes and pops', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { freq: 3 })), (program) => {
      const heap = new Heap<number>((a, b) => a - b);
      const model: number[] = [];
      for (const item of program) {
        if (item === null) {
          expect(heap.peek()).toBe(model[0]);
          expect(heap.pop()).toBe(model.shift());
        } else {
          heap.push(item);
          model.push(item);
          model.sort((a, b) => a - b);
        }
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});
