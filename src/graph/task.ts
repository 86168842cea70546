/**
 * A task is plain data: which operation, on which parameters, with the results of which other tasks.
 *
 * An operation is named by the module that exports it, `learn/svm/ops.js#fit`: a path inside this package (which a
 * worker resolves in its own copy, wherever that is installed), or a full URL or package name for code from elsewhere.
 * It is called as `op(params, ...results of deps)`.
 */
export type Key = string;
export type OpRef = string;

export interface Task {
  readonly key: Key;
  readonly op: OpRef;
  /** Structured-cloneable. */
  readonly params: unknown;
  readonly deps: readonly Key[];
  /** Kept for a while after nobody wants it any more, so that an equal task submitted later need not run. */
  readonly retain?: boolean;
}

/** What an operation looks like to the one who writes it. */
// biome-ignore lint/suspicious/noExplicitAny: an operation's parameters and inputs are its own affair
export type Op = (params: any, ...inputs: any[]) => unknown;
