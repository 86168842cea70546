/** A client in a process of its own, which holds a lock until it is killed: `node lock-holder.js ADDRESS SECRET NAME`. */
import { Client } from '../../src/client/client.js';
import { Lock } from '../../src/client/coordination/lock.js';

const [address, secret, name] = process.argv.slice(2);
const client = new Client(address!, { secret: secret! });
await new Lock(name!, { client }).acquire();
console.log('held');
setInterval(() => {}, 2 ** 30);
