/** The simulated workers of joining.ts: told what to join, and ending with their parent. */
import { connect } from '../../src/comm/comm.js';

process.once('message', async ({ address, secret, count }: { address: string; secret: string; count: number }) => {
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const comm = await connect(address, { secret });
      const place = { address: `tcp://10.0.${i >> 8}.${i & 255}:1`, host: `node${i >> 3}`, pid: i };
      comm.send({ op: 'register-worker', name: String(i), nthreads: 1, ...place });
      setInterval(() => comm.send({ op: 'heartbeat', rss: 0, managed: 0, spilled: 0, freed: 0 }), 500);
    }),
  );
});
process.once('disconnect', () => process.exit(0));
process.send!('ready');
