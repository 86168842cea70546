/** What a client answers when workers cannot import modules of the user's that its functions name. */
import type { EventOf, ToClient } from '../scheduler/events.js';
import { shipStandIns } from '../shipping/stand-ins.js';
import { warn } from '../util/warnings.js';

export type NeedImports = Extract<ToClient, { op: 'need-imports' }>;

type Answer =
  | ({ readonly op: 'give-imports' } & Pick<EventOf<'give-imports'>, 'code' | 'standIns' | 'keys' | 'payload'>)
  | ({ readonly op: 'refuse-imports'; readonly payload?: undefined } & Pick<
      EventOf<'refuse-imports'>,
      'code' | 'reason'
    >);

/** The modules that were told of. */
const told = new Set<string>();

/** The values of the imports, with a warning; or why they cannot be sent. */
export function answerTo({ code, keys, module, reason }: NeedImports): Answer {
  try {
    const { hash, standIns, warnings } = shipStandIns(keys, module);
    if (!told.has(module)) {
      told.add(module);
      warn('UserWarning', `${reason}; what functions use of it is sent by value instead, as it is now`);
      for (const warning of warnings) warn('UserWarning', warning);
    }
    return { op: 'give-imports', code, standIns: hash, keys: standIns.keys, payload: standIns };
  } catch (error) {
    return { op: 'refuse-imports', code, reason: (error as Error).message };
  }
}
