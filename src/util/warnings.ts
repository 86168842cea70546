/**
 * Warnings as in Python: a category, a text, and each text said once per thread, so that a metric called a thousand
 * times does not fill the terminal. They go to `process.emitWarning`, hence to stderr and to 'warning' listeners.
 */
export type WarningCategory = 'UserWarning' | 'UndefinedMetricWarning';

const said = new Set<string>();

/** Emits a process warning of this category, unless the same one was emitted before. */
export function warn(category: WarningCategory, message: string): void {
  const key = `${category}: ${message}`;
  if (said.has(key)) return;
  said.add(key);
  process.emitWarning(message, category);
}

/** Lets every warning be said again. */
export const resetWarnings = (): void => said.clear();
