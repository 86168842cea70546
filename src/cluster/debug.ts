/** What a process finds out about where it is: NODE_DEBUG=sheaf shows it on stderr. */
import { debuglog } from 'node:util';

export const debug = debuglog('sheaf');
