/**
 * Module-level variables that a shipped function assigns live in one object per script, shared by all functions of the
 * payload: otherwise each would have a copy, and `bump(); read()` would read the old value.
 */
import { portableText } from './function-code.js';
import type { Script } from './inspector.js';
import { type FunctionNode, injected } from './payload.js';
import type { ModuleVariables, Walk } from './walk.js';

export function shareAssignedVariables(walk: Walk): void {
  // Encoding a cell's value can bring functions that assign more.
  for (const [script, variables] of walk.moduleVariables) {
    if (variables.assigned.size > 0) shareCells(script, variables, walk);
  }
}

function shareCells(script: Script, { assigned, values }: ModuleVariables, walk: Walk): void {
  const properties = [...assigned].map((name) => {
    const { value, trail } = values.get(name)!;
    return { key: name, value: walk.encode(value, trail) };
  });
  const cells = walk.add(undefined, { kind: 'object', bare: false, properties });
  walk.codes.forEach((entry, number) => {
    const { code, analysis } = entry;
    const used = code.names.filter((name) => assigned.has(name));
    if (entry.script !== script || used.length === 0) return;
    const kept = code.names.flatMap((name, i) => (assigned.has(name) ? [] : [i]));
    entry.code = {
      ...code,
      text: portableText(analysis, used),
      names: [...kept.map((i) => code.names[i]!), injected.cells],
      assigned: code.assigned.filter((name) => !assigned.has(name)),
    };
    walk.nodes.forEach((node, i) => {
      if ((node.kind !== 'function' && node.kind !== 'class') || node.code !== number) return;
      const captured: FunctionNode['captured'] = [...kept.map((k) => node.captured[k]), cells];
      walk.nodes[i] = { ...node, captured };
    });
  });
}
