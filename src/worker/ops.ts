/**
 * From the name of an operation to its function. Built-in operations live in this package and are named by their path
 * under `src`, so two installations in different folders mean the same code; anything else is an import specifier.
 */
import type { Op, OpRef } from '../graph/task.js';
import { SheafError } from '../util/errors.js';

const root = new URL('../', import.meta.url);
const resolved = new Map<OpRef, Op>();

/** Raised when an operation's module cannot be imported, or does not export it. */
export class UnknownOpError extends SheafError {
  override readonly name = 'UnknownOpError';
}

/** The function that `ref` names; its module is imported on first use. Raises {@link UnknownOpError}. */
export async function resolveOp(ref: OpRef): Promise<Op> {
  const known = resolved.get(ref);
  if (known) return known;
  const [specifier = '', title = ''] = ref.split('#');
  const [name = ''] = title.split(':');
  const isBuiltIn = /^[\w-]+\/[\w/.-]+\.js$/.test(specifier);
  let module: Record<string, unknown>;
  try {
    module = await import(isBuiltIn ? new URL(specifier, root).href : specifier);
  } catch (cause) {
    throw new UnknownOpError(`the module of operation ${ref} could not be imported: ${(cause as Error).message}`, {
      cause,
    });
  }
  const op = module[name];
  if (typeof op !== 'function') {
    throw new UnknownOpError(
      `operation ${ref}: ${specifier} exports no function ${name}, only ${Object.keys(module).join(', ')}`,
    );
  }
  resolved.set(ref, op as Op);
  return op as Op;
}
