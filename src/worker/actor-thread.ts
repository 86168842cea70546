/** A thread in which actors live: makes instances, calls their methods, tells their fields. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Key } from '../graph/task.js';
import { argumentsOf } from '../shipping/call.js';
import { inheritLoader } from '../shipping/loader.js';
import { dropCode, loadedFunction, registerCode } from '../shipping/registry.js';
import { resultTrouble } from '../shipping/result.js';
import { findUploadsIn } from '../shipping/uploads.js';
import { withHandles } from './actor-inputs.js';
import type { ActorShape, FromActorThread, ToActorThread } from './actors.js';
import { reportOf } from './error-report.js';
import { enter } from './task-context.js';
import type { Home } from './thread-messages.js';

type Instance = Readonly<Record<string, unknown>>;
type Message<T extends ToActorThread['type']> = Extract<ToActorThread, { type: T }>;

/** By key, from when they begin to be made: calls come later, but may come before that is done. */
const instances = new Map<Key, Promise<Instance>>();

async function make({ key, job, code }: Message<'make'>): Promise<ActorShape> {
  registerCode(code);
  const made = instantiate(key, job);
  made.catch(() => instances.delete(key));
  instances.set(key, made);
  return shapeOf(await made);
}

/** An actor has its place for as long as it lives. */
const place = { secede: () => {}, rejoin: () => Promise.resolve() };

const within = <T>(key: Key, run: () => T): T => enter({ key, place }, run);

async function instantiate(key: Key, { op, params, inputs, actors }: Message<'make'>['job']): Promise<Instance> {
  const Class = (await loadedFunction(op.slice(3, op.indexOf('#')))) as unknown as new (...args: unknown[]) => Instance;
  const args = await argumentsOf(params as readonly unknown[], actors ? await withHandles(inputs, actors) : inputs);
  return within(key, () => new Class(...args));
}

/** The methods are those of its class, of the classes above, and functions among its own properties. */
function shapeOf(instance: Instance): ActorShape {
  const methods = new Set<string>();
  for (let object = instance; object && object !== Object.prototype; object = Object.getPrototypeOf(object)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(object)))
      if (typeof value === 'function' && name !== 'constructor') methods.add(name);
  }
  return { className: instance.constructor?.name ?? 'Object', methods: [...methods] };
}

async function answerTo({ key, call }: Message<'call'>): Promise<unknown> {
  const instance = await instances.get(key)!;
  if ('field' in call) return sendable(await within(key, () => instance[call.field]), `field ${call.field}`);
  const method = instance[call.method] as (...args: readonly unknown[]) => unknown;
  return sendable(await within(key, () => method.apply(instance, [...call.args])), `result of ${call.method}`);
}

function sendable(value: unknown, what: string): unknown {
  const trouble = resultTrouble(value);
  if (trouble) throw new TypeError(`the ${what} cannot be sent: ${trouble}`);
  return value;
}

async function answer(id: number, value: Promise<unknown>): Promise<void> {
  const post = (outcome: FromActorThread) => parentPort!.postMessage(outcome);
  try {
    post({ id, value: await value });
  } catch (error) {
    post({ id, error: reportOf(error) });
  }
}

const receivers: { readonly [T in ToActorThread['type']]: (message: Message<T>) => void } = {
  make: (message) => answer(message.id, make(message)),
  call: (message) => answer(message.id, answerTo(message)),
  drop: ({ key }) => instances.delete(key),
  'drop-code': ({ names }) => dropCode(names),
};

findUploadsIn((workerData as { readonly home: Home }).home.worker.localDirectory);
await inheritLoader();

parentPort!.on('message', (message: ToActorThread) =>
  (receivers[message.type] as (message: ToActorThread) => void)(message),
);
