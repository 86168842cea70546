import { TimeoutError } from '../../util/errors.js';

/** What `promise` gives, or undefined when it was too late. */
export async function inTime<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof TimeoutError) return undefined;
    throw error;
  }
}
