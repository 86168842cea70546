/**
 * A task is plain data: which operation, on which parameters, with the results of which other tasks.
 *
 * An operation is named in one of two ways. `learn/svm/ops.js#fit` is what a module exports: a path inside this package
 * (which a worker resolves in its own copy, wherever that is installed), or a full URL or package name for code from
 * elsewhere; it is called as `op(params, ...results of deps)`. What one operation does in different tasks may be told apart
 * behind a colon, `bag/ops.js#chain:map-filter`, since times and sizes are learnt by the name. `fn:HASH#name` is a function of the user's, whose code
 * comes with the graph under that hash; its parameters are a {@link Call}.
 */
export type Key = string;
export type OpRef = string;

/** What an operation is called where people see it. */
export function titleOfOp(op: OpRef): string {
  const name = op.slice(op.lastIndexOf('#') + 1);
  return op.startsWith('fn:') ? name : name.slice(name.indexOf(':') + 1);
}

export interface Task {
  readonly key: Key;
  readonly op: OpRef;
  /** Structured-cloneable. */
  readonly params: unknown;
  readonly deps: readonly Key[];
  /** Kept for a while after nobody wants it any more, so that an equal task submitted later need not run. */
  readonly retain?: boolean;
  /** Code that the task needs besides that of its operation, by hash. */
  readonly code?: readonly string[];
  readonly annotations?: Annotations;
}

/** How a task is to be run; none of it changes its result. */
export interface Annotations {
  /** Larger runs first (default 0). */
  readonly priority?: number;
  /** How often it is run again after it failed (default 0). */
  readonly retries?: number;
  /** Names, addresses or hosts of the workers that may run it. */
  readonly workers?: readonly string[];
  /** Whether others may run it when none of `workers` is there. */
  readonly allowOtherWorkers?: boolean;
  /** How much it needs of what workers declare: `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
  /** How long it may run, in ms; then it fails. */
  readonly timeoutMs?: number;
  /** Its result stays on its worker, and others call its methods there. */
  readonly actor?: boolean;
}

/**
 * The parameters of a shipped function: its arguments, `null` where the results of other tasks go. `holes[i]` is the
 * path to the place of the i-th dependency: `[1, 'weights', 0]` is `args[1].weights[0]`.
 */
export type Call = readonly unknown[] | CallWithHoles;
export interface CallWithHoles {
  readonly args: readonly unknown[];
  readonly holes?: readonly (readonly (string | number)[])[];
  /** The arguments, shipped, where they hold functions or instances of classes; then `args` is empty. */
  readonly shipped?: unknown;
}

/** What an operation looks like to the one who writes it. */
// biome-ignore lint/suspicious/noExplicitAny: an operation's parameters and inputs are its own affair
export type Op = (params: any, ...inputs: any[]) => unknown;
