/**
 * One rank of the bootstrap test: meets the others, then proves the shared address good by connecting to it, and prints
 * what it found as one line of JSON. Rank 0 waits for all to connect, as a scheduler would.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { bootstrap, currentLauncher } from '../../src/cluster/bootstrap.js';

const launcher = currentLauncher();
if (!launcher) throw new Error('not started by a launcher');

/** As much of the global as is used here; its types come with the browser's, which a Node program has no other use for. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: { load(address: number): number } };
};

/** Reads out of the bounds of a WASM memory: an exception as long as nobody has taken SIGSEGV from V8. */
function readOutOfBounds(): string {
  const code = '0061736d0100000001060160017f017f030201000503010001070801046c6f616400000a0901070020002802000b';
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(code, 'hex')));
  try {
    exports.load(0x7fffff00);
    return 'no trap';
  } catch (error) {
    return (error as Error).name;
  }
}

/** Variables that a bootstrap may set for a while; Open MPI itself sets others, for good. */
const ours = /^(UCX_.*|OMPI_MCA_(pml|btl|memory))$/;

/** With what a protocol of words may stumble over, and longer than PMI takes at once. */
const secret = `a=b c\nd µ${process.argv[3] ?? ''}`;

/** The rank that the others hear of: not always the first. */
const root = Number(process.argv[2] ?? 0);

try {
  const server = createServer();
  const announcement = async () => {
    if (launcher.rank !== root) return undefined;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return JSON.stringify({ port: (server.address() as AddressInfo).port, secret });
  };
  let missing = launcher.size - 1;
  server.on('connection', (socket) => {
    socket.end('welcome');
    if (--missing === 0) server.close();
  });
  const before = { ...process.env };
  const startedAt = performance.now();
  const {
    value,
    read: _,
    ...met
  } = await bootstrap({ launcher, timeoutMs: 20_000, root, value: await announcement() });
  const ms = performance.now() - startedAt;
  const { port, ...shared } = JSON.parse(value);
  if (launcher.rank !== root) await once(connect(port, '127.0.0.1').resume(), 'end');
  else if (launcher.size === 1) server.close();
  const leftBehind = Object.keys(process.env).filter((name) => ours.test(name) && process.env[name] !== before[name]);
  console.log(JSON.stringify({ ...met, ...shared, leftBehind, outOfBounds: readOutOfBounds(), ms }));
} catch (error) {
  const { name, message } = error as Error;
  console.log(JSON.stringify({ rank: launcher.rank, error: name, message }));
  process.exit(0);
}
