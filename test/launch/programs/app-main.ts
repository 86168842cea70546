/** A user's script that leaves the start of the cluster to one of its modules. */
import './app.js';
