/**
 * What a client asks of the scheduler, on its way out: what is submitted or let go of in one turn goes in one message, as
 * a message costs more than a task does, and code goes once. The scheduler hears everything in the order in which it was
 * said, so that a key can be let go of and asked for again.
 */
import type { Graph } from '../graph/graph.js';
import type { GraphPart } from '../graph/part.js';
import type { Key, Task } from '../graph/task.js';
import { standInsFor } from '../shipping/stand-ins.js';
import { type Code, graphOn, mapGraph } from './calls.js';
import type { Connection } from './connection.js';
import { answerTo, type NeedImports } from './imports.js';
import type { SubmitOptions } from './options.js';

const defaultBatchSize = 1000;
/** So many tasks make one message. */
const SUBMITTED_TOGETHER = 1000;

type Line = Pick<Connection, 'lost' | 'send' | 'sendInTurns' | 'sendUrgent'>;

export class Sender {
  readonly #connection: Line;
  readonly #fail: (key: Key, error: Error) => void;
  readonly #sentCode = new Set<string>();
  // One of the two is empty.
  #released: Key[] = [];
  #submitted: Task[] = [];
  #submittedCode: Record<string, unknown> = {};

  /** `fail` is told of what cannot be sent. */
  constructor(connection: Line, fail: (key: Key, error: Error) => void) {
    this.#connection = connection;
    this.#fail = fail;
  }

  /** `parts` compute those inputs of the task that are not on the cluster already. */
  submit(task: Task, code: Code, parts: readonly GraphPart[] = []): void {
    if (parts.length > 0) {
      this.graph(graphOn(parts, [task], code), [task.key]);
      return;
    }
    if (this.#released.length > 0) this.flush();
    Object.assign(this.#submittedCode, code.code);
    const { length } = this.#submitted;
    this.#submitted.push(task);
    if (length === 0) queueMicrotask(() => this.flush());
    else if (length + 1 === SUBMITTED_TOGETHER) this.flush();
  }

  release(key: Key): void {
    if (this.#submitted.length > 0) this.flush();
    if (this.#released.push(key) === 1) queueMicrotask(() => this.flush());
  }

  /** All of `graph` is wanted, unless `keys` are given. */
  graph(graph: Graph, keys?: readonly Key[]): void {
    this.flush();
    this.#post(graph, keys, (error) => {
      for (const key of keys ?? keysOf(graph)) this.#fail(key, error);
    });
  }

  /** In portions, each in a turn of its own: neither this event loop nor the scheduler's stands still for long. */
  map(code: Code, prefix: string, columns: readonly ArrayLike<unknown>[], size: number, options: SubmitOptions): void {
    const { batchSize = defaultBatchSize } = options;
    const send = (start: number) => {
      const end = Math.min(size, start + batchSize);
      try {
        const { graph, keys } = mapGraph(code, prefix, columns, start, end, options);
        this.graph(graph, keys);
      } catch (error) {
        for (let i = start; i < end; i++) this.#fail(`${prefix}-${i}`, error as Error);
      }
    };
    this.flush();
    const starts = Array.from({ length: Math.ceil(size / batchSize) }, (_, i) => i * batchSize);
    this.#connection.sendInTurns(starts.map((start) => () => send(start)));
  }

  /** Sends what waits for the end of the turn: to be called before anything else is sent. */
  flush(): void {
    if (this.#submitted.length > 0) {
      const tasks = this.#submitted;
      const code = this.#submittedCode;
      this.#submitted = [];
      this.#submittedCode = {};
      this.#postTasks(tasks, code);
    }
    if (this.#released.length > 0) {
      const keys = this.#released;
      this.#released = [];
      if (!this.#connection.lost) this.#connection.send({ op: 'release-keys', keys });
    }
  }

  giveImports(need: NeedImports): void {
    const { payload, ...answer } = answerTo(need);
    const isNew = 'standIns' in answer && !this.#sentCode.has(answer.standIns);
    if (isNew) this.#sentCode.add(answer.standIns);
    this.#connection.sendUrgent({ ...answer, ...(isNew && { payload }) });
  }

  #postTasks(tasks: readonly Task[], code: Readonly<Record<string, unknown>>): void {
    const keys = tasks.map(({ key }) => key);
    this.#post({ layers: [{ kind: 'tasks', tasks }], code }, keys, (error) => {
      // Only one of them may be the trouble.
      if (tasks.length > 1) for (const task of tasks) this.#postTasks([task], code);
      else this.#fail(keys[0]!, error);
    });
  }

  #post({ code = {}, ...rest }: Graph, keys: readonly Key[] | undefined, refuse: (error: Error) => void): void {
    const { lost } = this.#connection;
    if (lost) {
      refuse(lost);
      return;
    }
    const fresh = Object.entries(code).filter(([hash]) => !this.#sentCode.has(hash));
    for (const [hash, payload] of fresh) {
      this.#sentCode.add(hash);
      // What some worker could not import it is not asked to import again.
      const standIns = standInsFor(payload);
      if (standIns !== undefined && this.#sentCode.has(standIns))
        this.#connection.send({ op: 'give-imports', code: hash, standIns });
    }
    const graph = fresh.length > 0 ? { ...rest, code: Object.fromEntries(fresh) } : rest;
    this.#connection.send({ op: 'update-graph', graph, ...(keys && { keys }) }, (error) => {
      for (const [hash] of fresh) this.#sentCode.delete(hash);
      refuse(error);
    });
  }
}

function* keysOf({ layers }: Graph): Generator<Key> {
  for (const layer of layers) {
    if (layer.kind === 'tasks') for (const { key } of layer.tasks) yield key;
    else for (let i = 0; i < layer.columns[0]!.length; i++) yield `${layer.prefix}-${(layer.start ?? 0) + i}`;
  }
}
