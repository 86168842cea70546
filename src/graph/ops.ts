/** The operation of a task that carries its result in its parameters. */
export const value = (params: unknown): unknown => params;
