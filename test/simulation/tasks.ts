/** The tasks of one life, and what their results must be. */
import type { Key, Task } from '../../src/graph/task.js';
import { codeOf, insteadOf } from '../../src/scheduler/code.js';
import type { Lacks } from '../../src/scheduler/events.js';

/** What the result of a task is: a number made of its name and its inputs. */
export const compute = (key: Key, inputs: readonly unknown[]): number =>
  inputs.reduce<number>((hash, input) => (Math.imul(hash, 31) + (input as number)) | 0, numberOf(key));

const numberOf = (key: Key): number => [...key].reduce((hash, c) => (Math.imul(hash, 17) + c.charCodeAt(0)) | 0, 1);

/** A third of the results are small. */
export const bytesOf = (key: Key): number => (numberOf(key) % 3 === 0 ? 100 : 10_000);

/** Data that clients may scatter; tasks have them as inputs. */
export const scatterable: readonly Key[] = ['d0', 'd1', 'd2'];
/** Map layers: every client may submit each of them. */
export const maps: readonly { readonly prefix: string; readonly size: number }[] = [
  { prefix: 'm', size: 3 },
  { prefix: 'n', size: 8 },
];
/** These workers have something of their own, and are there when the world is calm. */
export const special: readonly string[] = ['w0', 'w1'];

export interface Work {
  readonly tasks: readonly Task[];
  /** These always fail, those now and then. */
  readonly failing: ReadonlySet<Key>;
  readonly flaky: ReadonlySet<Key>;
  /** Their results stay where they were made, and are never made again unless somebody asks for it. */
  readonly actors: ReadonlySet<Key>;
  /** All of them are short, so that workers are sent them ahead of their inputs. */
  readonly isBrisk: boolean;
}

export function makeWork(random: () => number): Work {
  const chance = (p: number) => random() < p;
  const tasks: Task[] = [];
  const [failing, flaky, actors] = [new Set<Key>(), new Set<Key>(), new Set<Key>()];
  const isBrisk = chance(0.5);
  const isChained = chance(0.5);
  const count = 5 + Math.floor(random() * 40);
  for (let i = 0; i < count; i++) {
    const deps = new Set<Key>();
    const follows = isChained && i > 0 && chance(0.7);
    if (follows) deps.add(`t${i - 1}`);
    else for (let k = Math.floor(random() * 4); k > 0 && i > 0; k--) deps.add(`t${Math.floor(random() * i)}`);
    if (chance(0.05)) deps.add(scatterable[Math.floor(random() * scatterable.length)]!);
    // Actors may be lost, and what needs them with them: that is not to be the end of most tasks.
    for (const dep of deps) if (actors.has(dep) && chance(0.5)) deps.delete(dep);
    const key = `t${i}`;
    const isActor = chance(0.07);
    if (isActor) actors.add(key);
    const annotations = {
      ...(chance(0.1) && { priority: Math.floor(random() * 5) - 2 }),
      ...(chance(0.1) && { retries: 1 + Math.floor(random() * 2) }),
      ...(chance(0.1) && { workers: [special[i % 2]!], allowOtherWorkers: chance(0.5) }),
      ...(chance(0.1) && { resources: { GPU: 1 } }),
      ...(chance(0.1) && { timeoutMs: 50 }),
      ...(isActor && { actor: true }),
    };
    tasks.push({
      ...{ key, op: chance(0.3) ? `fn:h${i % 3}#f` : `op${i % 3}`, params: null, deps: [...deps] },
      ...{ retain: chance(0.3) && !isActor, annotations },
      ...(chance(0.1) && { code: ['h3'] }),
    });
    if (chance(0.03)) failing.add(key);
    if (chance(0.05)) flaky.add(key);
  }
  return { tasks, failing, flaky, actors, isBrisk };
}

/**
 * Modules that these workers cannot import, by the hash of what names them: code, or the arguments of a task. The values
 * of `fixed` cannot be sent.
 */
const unseen: Readonly<Record<string, string>> = { h2: 'module', h3: 'fixed' };
const blind: readonly string[] = ['w1', 'w3', 'w5'];
const argumentsOf = (key: Key): string => `a:${key}`;

/** What a task lacks on a worker, if it is not among what it may use. */
export function lackOf(worker: string, { key, op, code }: Pick<Task, 'key' | 'op' | 'code'>): Lacks | undefined {
  if (!blind.includes(worker)) return undefined;
  const hashes = [...codeOf({ op, ...(code && { code }) }), ...(numberOf(key) % 7 === 0 ? [argumentsOf(key)] : [])];
  for (const hash of hashes) {
    const module = hash === argumentsOf(key) ? 'own' : unseen[hash];
    if (module !== undefined && !code?.includes(insteadOf(hash))) return { code: hash, keys: [module], module };
  }
  return undefined;
}

/** The code that the tasks name. */
export const code: Readonly<Record<string, unknown>> = { h0: 'h0', h1: 'h1', h2: 'h2', h3: 'h3' };

/** Every key with the value that it must have, whether it cannot have one, and whether it may fail, as `risky` ones may. */
export function truthOf({ tasks, failing, flaky, actors }: Work, risky: ReadonlySet<Key>) {
  const truth = new Map<Key, number>();
  const [doomed, mayFail] = [new Set<Key>(), new Set<Key>()];
  for (const key of scatterable) {
    truth.set(key, compute(key, []));
    mayFail.add(key); // it may be lost
  }
  for (const { prefix, size } of maps)
    for (let i = 0; i < size; i++) truth.set(`${prefix}-${i}`, compute(`${prefix}-${i}`, []));
  for (const { key, deps, code, annotations } of tasks) {
    const inputs = deps.map((dep) => (actors.has(dep) ? null : truth.get(dep))); // a handle is no number
    truth.set(key, compute(key, inputs));
    if (failing.has(key) || deps.some((dep) => doomed.has(dep))) doomed.add(key);
    if (actors.has(key) || annotations?.timeoutMs !== undefined) mayFail.add(key);
    if (flaky.has(key) || code?.includes('h3') || risky.has(key) || deps.some((dep) => mayFail.has(dep)))
      mayFail.add(key);
  }
  return { truth, doomed, mayFail };
}

/** A key, and those of all that it is made of. */
export function withInputs(tasks: readonly Task[], key: Key): Set<Key> {
  const all = new Set([key]);
  for (const one of all) for (const dep of tasks.find((task) => task.key === one)?.deps ?? []) all.add(dep);
  return all;
}
