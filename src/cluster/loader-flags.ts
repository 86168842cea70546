/** Of the flags of a process those that say how modules are loaded: a child needs them to import the user's modules. */
const withValue = new Set(['--import', '--require', '-r', '--loader', '--experimental-loader', '--conditions', '-C']);
const alone = new Set(['--experimental-strip-types', '--experimental-transform-types', '--preserve-symlinks']);

/** The loading flags among `execArgv`, with their values. */
export function loaderFlags(execArgv: readonly string[]): string[] {
  return execArgv.flatMap((flag, i) => {
    const name = flag.split('=', 1)[0]!;
    if (alone.has(flag) || (flag.includes('=') && withValue.has(name))) return [flag];
    return withValue.has(flag) && execArgv[i + 1] !== undefined ? [flag, execArgv[i + 1]!] : [];
  });
}
