/** A sentence for whoever started the program, on stderr; resolves when it is out. */
export function say(sentence: string): Promise<void> {
  return new Promise((resolve) => process.stderr.write(`sheaf: ${sentence}\n`, () => resolve()));
}
