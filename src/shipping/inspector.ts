/**
 * A look inside closures, by V8's inspector in this very thread.
 *
 * A session on the own thread answers synchronously, opens no port and keeps nothing alive. The Debugger domain makes
 * every await some eight times slower while it is on, so it is on only inside one synchronous call of {@link scriptOf}.
 */
import type { Session } from 'node:inspector';
import { InvariantError } from '../util/errors.js';
import { type ModuleBindings, moduleBindings } from './module-bindings.js';
import { rememberMap } from './stack.js';

export interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface Closure {
  /** Absent for native functions. */
  readonly location?: Location;
  /** The variables around it, innermost scope first: live objects, whose getters give the values. */
  readonly scopes: readonly { readonly object: Record<string, unknown> | undefined }[];
  readonly bound?: { readonly target: unknown; readonly receiver: unknown; readonly args: readonly unknown[] };
}

export interface Script {
  readonly url: string;
  readonly source: string;
  /** Rewritten by vite. */
  readonly transformed: boolean;
  readonly bindings: ModuleBindings;
  /** Where the lines begin in `source`. */
  readonly lineStarts: readonly number[];
}

// Values pass through an object that hangs on `process`, which the contexts of test runners share, unlike globalThis.
// Its name is random: two copies of this module may be loaded.
const holderName = `__sheaf_holder_${Math.random().toString(36).slice(2)}`;
const holder: { given?: unknown; taken?: unknown } = Object.create(null);
const take = `function(){process.${holderName}.taken=this}`;
const objectGroup = 'sheaf';

let session: Session | null | undefined;

/** Whether closures can be looked into: not under `--permission`, nor where Node was built without its inspector. */
export function hasInspector(): boolean {
  if (session !== undefined) return session !== null;
  try {
    const { Session } = process.getBuiltinModule('node:inspector');
    const opened = new Session();
    opened.connect();
    Object.defineProperty(process, holderName, { value: holder, configurable: true });
    session = opened;
  } catch {
    session = null;
  }
  return session !== null;
}

interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
}

function post<Result>(method: string, params: object = {}): Result {
  let answer: { error: Error | null; result: unknown } | undefined;
  session!.post(method, params, (error: Error | null, result: unknown) => {
    answer = { error, result };
  });
  if (!answer) throw new InvariantError(`the inspector did not answer ${method} at once`);
  if (answer.error) throw new InvariantError(`the inspector failed at ${method}: ${answer.error.message}`);
  return answer.result as Result;
}

function liveValueOf(object: RemoteObject | undefined): unknown {
  if (object?.objectId === undefined) return object?.value;
  post('Runtime.callFunctionOn', { objectId: object.objectId, functionDeclaration: take, silent: true });
  const value = holder.taken;
  holder.taken = undefined;
  return value;
}

/** What V8 knows of a function. Only where {@link hasInspector}; {@link releaseClosures} follows. */
export function closureOf(fn: unknown): Closure {
  holder.given = fn;
  const { result } = post<{ result: RemoteObject }>('Runtime.evaluate', {
    expression: `process.${holderName}.given`,
    objectGroup,
    silent: true,
  });
  holder.given = undefined;
  const { internalProperties = [] } = post<{ internalProperties?: { name: string; value?: RemoteObject }[] }>(
    'Runtime.getProperties',
    { objectId: result.objectId, ownProperties: true },
  );
  const internal = new Map(internalProperties.map(({ name, value }) => [name, value]));
  const target = internal.get('[[TargetFunction]]');
  if (target) {
    const receiver = liveValueOf(internal.get('[[BoundThis]]'));
    const args = Array.from(liveValueOf(internal.get('[[BoundArgs]]')) as ArrayLike<unknown>);
    return { scopes: [], bound: { target: liveValueOf(target), receiver, args } };
  }
  const scopes = internal.get('[[Scopes]]');
  const location = internal.get('[[FunctionLocation]]')?.value as Location | undefined;
  return { scopes: scopes ? (liveValueOf(scopes) as Closure['scopes']) : [], ...(location ? { location } : {}) };
}

/** Lets go of what was looked at. */
export function releaseClosures(): void {
  if (session) post('Runtime.releaseObjectGroup', { objectGroup });
}

const scripts = new Map<string, Script>();
const urls = new Map<string, string>();

/** URL and executed source of a script. */
export function scriptOf(scriptId: string): Script {
  let script = scripts.get(scriptId);
  if (!script) scripts.set(scriptId, (script = readScript(scriptId)));
  return script;
}

function readScript(scriptId: string): Script {
  const onParsed = ({ params }: { params: { scriptId: string; url: string } }) => urls.set(params.scriptId, params.url);
  session!.on('Debugger.scriptParsed', onParsed);
  let source = '';
  try {
    post('Debugger.enable');
    source = post<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId }).scriptSource;
  } catch (error) {
    // A script that was collected meanwhile has no source; the function's own text is still there.
    if (!(error instanceof InvariantError)) throw error;
  } finally {
    post('Debugger.disable');
    session!.off('Debugger.scriptParsed', onParsed);
  }
  const url = urls.get(scriptId) ?? '';
  const transformed = /__vite_ssr_|__vi_import_/.test(source);
  if (transformed) rememberMap(url, source);
  let bindings: ModuleBindings | undefined;
  let lineStarts: readonly number[] | undefined;
  return {
    url,
    source,
    transformed,
    get bindings() {
      return (bindings ??= moduleBindings(source));
    },
    get lineStarts() {
      return (lineStarts ??= startsOfLines(source));
    },
  };
}

function startsOfLines(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

const places = new Map<string, { line: number; column: number }>();

/**
 * Where the text of a function begins in its script. V8 gives the place of the parameters, which is behind `function`
 * and the name, so the text is looked for around it.
 */
export function placeOf(
  source: string,
  { scriptId, lineNumber, columnNumber }: Location,
): { line: number; column: number } {
  const key = `${scriptId}:${lineNumber}:${columnNumber}:${source.length}`;
  let place = places.get(key);
  if (!place) places.set(key, (place = findPlace(scriptOf(scriptId), source, lineNumber, columnNumber)));
  return place;
}

function findPlace({ source: script, lineStarts }: Script, source: string, lineNumber: number, columnNumber: number) {
  const from = (lineStarts[lineNumber] ?? script.length) + columnNumber;
  const start = script.lastIndexOf(source, from);
  if (start < 0 || start + source.length < from) return { line: lineNumber, column: 0 };
  let line = lineNumber;
  while (lineStarts[line]! > start) line--;
  return { line, column: start - lineStarts[line]! };
}
