/** What it takes to join a cluster. */
import type { Identity } from '../comm/security.js';

export interface Target {
  /** The scheduler's address. */
  readonly address: string;
  readonly secret: string;
  /** The client's certificates, where connections are encrypted. */
  readonly security?: Identity;
}
