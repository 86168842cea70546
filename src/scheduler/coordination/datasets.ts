/** Published datasets: contents by name, there until they are unpublished, whoever comes and goes. */
import { answer, type Content, deliver, type Primitive, refuse } from './protocol.js';

type Datasets = Map<string, Content>;

export const dataset: Primitive<'dataset', Datasets> = {
  lives: 'one',
  create: () => new Map(),
  methods: {
    'dataset.publish'(datasets, request, effects) {
      const { name, content, override } = request.args;
      const before = datasets.get(name);
      if (before && !override) {
        const hint = 'unpublish it first, or give { override: true }';
        refuse(effects, request, 'InputError', `a dataset ${name} is published already: ${hint}`);
        return;
      }
      effects.hold.push(...content.keys);
      effects.drop.push(...(before?.keys ?? []));
      datasets.set(name, content);
      answer(effects, request, null);
    },
    'dataset.get'(datasets, request, effects) {
      const content = datasets.get(request.args.name);
      if (content) deliver(effects, request, content);
      else answer(effects, request, null);
    },
    'dataset.list': (datasets, request, effects) => answer(effects, request, [...datasets.keys()].sort()),
    'dataset.unpublish'(datasets, request, effects) {
      const { name } = request.args;
      const content = datasets.get(name);
      if (!content) {
        const names = [...datasets.keys()].sort().join(', ') || 'none';
        refuse(effects, request, 'InputError', `there is no dataset ${name}; published are: ${names}`);
        return;
      }
      datasets.delete(name);
      effects.drop.push(...content.keys);
      answer(effects, request, null);
    },
  },
};
