/** Variables: one content, the last that was set; those who read before the first wait for it. */
import { answer, type Content, deliver, type Primitive, type Request } from './protocol.js';

interface Variable {
  readonly name: string;
  content: Content | undefined;
  waiting: Request<'variable.get'>[];
}

export const variable: Primitive<'variable', Variable> = {
  lives: 'by-name',
  create: (name) => ({ name, content: undefined, waiting: [] }),
  methods: {
    'variable.set'(variable, request, effects) {
      effects.drop.push(...(variable.content?.keys ?? []));
      variable.content = request.args.content;
      effects.hold.push(...variable.content.keys);
      answer(effects, request, null);
      for (const reader of variable.waiting.splice(0)) deliver(effects, reader, variable.content);
    },
    'variable.get'({ content, waiting }, request, effects) {
      if (content) deliver(effects, request, content);
      else waiting.push(request);
    },
    'variable.delete'(variable, request, effects) {
      effects.drop.push(...(variable.content?.keys ?? []));
      variable.content = undefined;
      answer(effects, request, null);
    },
  },
  withdraw(variable, gone) {
    variable.waiting = variable.waiting.filter((request) => !gone(request));
  },
  keysOf: ({ content }) => content?.keys ?? [],
  isIdle: ({ content, waiting }) => !content && waiting.length === 0,
  describe: ({ name }) => `variable ${name} is not set`,
};
