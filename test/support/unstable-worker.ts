/** Stands for a worker process: does what the name of the worker says. */
const lives: Record<string, () => void> = {
  'ends before it is ready': () => process.exit(4),
  'is well': () => process.send!('ready'),
  'ends in order': () => {
    process.send!('ready');
    process.exit(0);
  },
  'dies when it is ready': () => process.send!('ready', () => process.exit(5)),
  'eats memory': () => {
    const eaten: Buffer[] = [];
    process.send!('ready');
    setInterval(() => eaten.push(Buffer.alloc(10 << 20, 1)), 5);
  },
};
process.once('disconnect', () => process.exit(0));
process.once('message', ({ name }: { name: string }) => lives[name]!());
