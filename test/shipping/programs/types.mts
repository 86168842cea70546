// TypeScript whose types Node strips: what it gives is checked, and where it fails.

import { mapStack } from '../../../dist/src/shipping/stack.js';
import { startRemote } from '../../../dist/test/shipping/remote.js';
import { double } from './types-module.mts';

interface Box {
  readonly size: number;
}
const offset: number = 10;

function sized(box: Box): number {
  return double(box.size) + offset;
}

function failing(box: Box): number {
  const nothing: null | { size: number } = null;

  return nothing!.size + box.size;
}

const remote = startRemote(process.argv[2] as 'process', {}, process.execArgv);
try {
  const result: number = await remote.call(sized, { size: 2 });
  const byName: number = await remote.call(double, 4);
  const stack: string = await remote.call(failing, { size: 1 }).then(String, (error: Error) => mapStack(error.stack!));
  console.log(
    JSON.stringify({
      result,
      byName,
      frame: stack
        .split('\n')[1]!
        .trim()
        .replace(/\(.*[\\/]/, '('),
    }),
  );
} finally {
  await remote.close();
}
