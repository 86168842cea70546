import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Desk } from '../../support/coordination.js';

test('a lock goes to whoever has waited longest, and at once when its holder is gone', () => {
  const desk = new Desk();
  const [first, second, third] = ['a', 'b', 'c'].map((client) => desk.ask(client, 'lock.acquire', { name: 'x' }));
  expect([first, second, third].map((id) => desk.answerTo(id!))).toEqual([first, undefined, undefined]);
  desk.remove('a');
  expect(desk.answerTo(second!)).toBe(second);
  expect(desk.answerTo(desk.ask('c', 'lock.locked', { name: 'x' }))).toBe(true);
  desk.ask('b', 'lock.release', { name: 'x', lease: second! });
  expect(desk.answerTo(third!)).toBe(third);
  desk.ask('c', 'lock.release', { name: 'x', lease: third! });
  expect(desk.answerTo(desk.ask('c', 'lock.locked', { name: 'x' }))).toBe(false);
});

test('who waits in vain is told by whom the lock is held', () => {
  const desk = new Desk();
  desk.ask('a', 'lock.acquire', { name: 'x' });
  desk.ask('b', 'lock.acquire', { name: 'x' });
  expect(desk.answerTo(desk.ask('c', 'lock.acquire', { name: 'x' }, 0))).toBe(
    'TimeoutError: lock.acquire waited 0 ms in vain: lock x is held by a, and 1 others wait',
  );
});

test('only the holder can release', () => {
  const desk = new Desk();
  const lease = desk.ask('a', 'lock.acquire', { name: 'x' });
  expect(desk.answerTo(desk.ask('b', 'lock.release', { name: 'x', lease }))).toBe(
    `InputError: lock x has no lease ${lease} of b to release`,
  );
  expect(desk.answerTo(desk.ask('b', 'lock.locked', { name: 'x' }))).toBe(true);
});

test('all who name a semaphore mean the same number of leases', () => {
  const desk = new Desk();
  desk.ask('a', 'semaphore.acquire', { name: 's', maxLeases: 2 });
  expect(desk.answerTo(desk.ask('b', 'semaphore.acquire', { name: 's', maxLeases: 3 }))).toBe(
    'InputError: semaphore s has maxLeases 2 already: asked for 3',
  );
  desk.remove('a');
  desk.remove('b');
  const lease = desk.ask('b', 'semaphore.acquire', { name: 's', maxLeases: 3 });
  expect(desk.answerTo(lease)).toBe(lease);
});

const clients = fc.constantFrom('a', 'b', 'c');
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('acquire' as const), client: clients }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'expire' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), client: clients }) },
);

test('never more leases than there are, none idle while somebody waits, in order of arrival', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.array(steps, { maxLength: 60 }), (maxLeases, program) => {
      const desk = new Desk();
      const args = { name: 's', maxLeases };
      desk.ask('keeper', 'semaphore.getValue', args);
      // The model: one list in order of arrival, of which the first few hold leases.
      let line: { readonly client: string; readonly id: number }[] = [];
      for (const step of program) {
        const out = line.slice(0, maxLeases);
        const waiting = line.slice(maxLeases);
        if (step.do === 'acquire') {
          line.push({ client: step.client, id: desk.ask(step.client, 'semaphore.acquire', args) });
        } else if (step.do === 'release' && out.length > 0) {
          const { client, id } = out[step.which % out.length]!;
          desk.ask(client, 'semaphore.release', { ...args, lease: id });
          line = line.filter((other) => other.id !== id);
        } else if (step.do === 'expire' && waiting.length > 0) {
          const { client, id } = waiting[step.which % waiting.length]!;
          desk.expire(client, id);
          line = line.filter((other) => other.id !== id);
        } else if (step.do === 'remove') {
          desk.remove(step.client);
          line = line.filter((other) => other.client !== step.client);
        }
        expect(line.map(({ id }) => desk.answerTo(id))).toEqual(
          line.map(({ id }, i) => (i < maxLeases ? id : undefined)),
        );
        const value = desk.answerTo(desk.ask('keeper', 'semaphore.getValue', args));
        expect(value).toBe(Math.min(line.length, maxLeases));
      }
    }),
    { numRuns: 300 },
  );
});
