/**
 * A life of the world from one seed: a list of turns, each with random numbers of its own, so that turns can be left out
 * and the others stay what they were. That is how the story of a failure is shrunk.
 */
import { calmDown, checkNothingLeft, checkOutcomes } from './check.js';
import { generator } from './random.js';
import { submitSome, troubles } from './trouble.js';
import { World } from './world.js';

export interface Turn {
  /** The name of a trouble, or `step`. */
  readonly what: string;
  readonly seed: number;
}

export interface Ending {
  readonly events: number;
  readonly error: Error | undefined;
}

const totalWeight = Object.values(troubles).reduce((sum, { weight }) => sum + weight, 0);

export function turnsOf(seed: number): Turn[] {
  const random = generator(seed ^ 0x5eed);
  const count = 200 + Math.floor(random() * 1500);
  const troubled = 0.03 + 0.12 * random();
  return Array.from({ length: count }, () => {
    const what = random() < troubled ? nameAt(random() * totalWeight) : 'step';
    return { what, seed: Math.floor(random() * 2 ** 31) };
  });
}

function nameAt(at: number): string {
  let sum = 0;
  for (const [name, { weight }] of Object.entries(troubles)) if ((sum += weight) > at) return name;
  return 'step';
}

/** Lives the turns; `tell` is told what each of them did. */
export function live(seed: number, turns: readonly Turn[], tell?: (text: string) => void): Ending {
  let world: World | undefined;
  const note = (text: string | undefined) => text && tell?.(text);
  try {
    world = new World(seed);
    world.isTold = tell !== undefined;
    for (const { key, op, deps, retain, annotations } of world.work.tasks)
      tell?.(`task ${key} (${op}) of ${deps}${retain ? ', retained' : ''} ${JSON.stringify(annotations)}`);
    for (const client of world.clients) note(submitSome(world, client));
    for (const turn of turns) {
      world.random = generator(turn.seed);
      note(turn.what === 'step' ? world.step() : troubles[turn.what]!.act(world));
    }
    world.random = generator(seed);
    tell?.('the world calms down');
    calmDown(world, tell);
    checkOutcomes(world, seed % 4 === 0);
    for (const client of world.clients) world.release(client, [...client.wants.keys()]);
    calmDown(world, tell);
    checkNothingLeft(world);
    return { events: world.events, error: undefined };
  } catch (error) {
    return { events: world?.events ?? 0, error: error as Error };
  }
}

/** Leaves out turns, many at a time and then fewer, as long as the life still fails: Zeller's delta debugging. */
export function shrink(seed: number, turns: readonly Turn[], budgetMs: number): readonly Turn[] {
  const end = performance.now() + budgetMs;
  let left = turns;
  for (let size = Math.ceil(turns.length / 2); ; size = Math.ceil(size / 2)) {
    for (let at = 0; at < left.length && performance.now() < end; ) {
      const fewer = [...left.slice(0, at), ...left.slice(at + size)];
      if (live(seed, fewer).error) left = fewer;
      else at += size;
    }
    if (size === 1 || performance.now() >= end) return left;
  }
}

/** What happens in a life that fails, as short as can be. */
export function storyOf(seed: number, turns: readonly Turn[], budgetMs = 20_000): string {
  const lines: string[] = [];
  const shrunk = shrink(seed, turns, budgetMs);
  const { error } = live(seed, shrunk, (text) => {
    if (!text.includes('heartbeat')) lines.push(text);
  });
  return `seed ${seed}, ${shrunk.length} of ${turns.length} turns:\n${lines.map((line) => `  ${line}`).join('\n')}\n${error?.stack}`;
}
