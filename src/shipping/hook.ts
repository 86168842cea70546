/** A property of objects that cannot be shipped: the sentence that says why, and what to do instead. */
export const shipHook: unique symbol = Symbol.for('sheaf.ship') as never;
