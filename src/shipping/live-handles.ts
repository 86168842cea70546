/** What objects are live parts of this process, told by the names of their classes. */
const handles = new Set(
  (
    'Socket Server TLSSocket TLSServer HTTPParser Worker MessagePort MessageChannel BroadcastChannel FileHandle ' +
    'ReadStream WriteStream ChildProcess Timeout Immediate Interface ClientRequest IncomingMessage ServerResponse ' +
    'AbortController AbortSignal WebSocket EventSource'
  ).split(' '),
);

/** What kind of live handle (socket, server, stream, timer ...) an object is, if it is one. */
export function handleNameOf(value: object): string | undefined {
  const name = nameOfClass(value);
  const { ref, unref } = value as { ref?: unknown; unref?: unknown };
  return handles.has(name) || (typeof ref === 'function' && typeof unref === 'function') ? name : undefined;
}

export function nameOfClass(value: object): string {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const klass = prototype && Object.hasOwn(prototype, 'constructor') ? prototype.constructor : undefined;
  return typeof klass === 'function' && klass.name ? klass.name : '(anonymous)';
}
