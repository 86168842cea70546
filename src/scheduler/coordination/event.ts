/** Events: a flag; those who wait go on when it is set. */
import { answer, type Primitive, type Request } from './protocol.js';

interface Flag {
  readonly name: string;
  isSet: boolean;
  waiting: Request<'event.wait'>[];
}

export const event: Primitive<'event', Flag> = {
  lives: 'by-name',
  create: (name) => ({ name, isSet: false, waiting: [] }),
  methods: {
    'event.wait'({ isSet, waiting }, request, effects) {
      if (isSet) answer(effects, request, null);
      else waiting.push(request);
    },
    'event.set'(flag, request, effects) {
      flag.isSet = true;
      answer(effects, request, null);
      for (const waiter of flag.waiting.splice(0)) answer(effects, waiter, null);
    },
    'event.clear'(flag, request, effects) {
      flag.isSet = false;
      answer(effects, request, null);
    },
    'event.isSet': ({ isSet }, request, effects) => answer(effects, request, isSet),
  },
  withdraw(flag, gone) {
    flag.waiting = flag.waiting.filter((request) => !gone(request));
  },
  isIdle: ({ isSet, waiting }) => !isSet && waiting.length === 0,
  describe: ({ name }) => `event ${name} is not set`,
};
