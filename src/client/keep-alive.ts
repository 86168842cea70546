/** `promise`, which keeps `object` from being garbage until it is settled: a future lets go of its result when it is. */
export function keepAlive<T>(object: unknown, promise: Promise<T>): Promise<T> {
  const keep = () => void object;
  promise.then(keep, keep);
  return promise;
}
