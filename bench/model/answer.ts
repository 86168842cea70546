/** Runs the model for all questions, with costs that are measured first. */
import type { Costs } from './costs.js';
import { measureCosts } from './measure.js';
import { figuresOf } from './model.js';
import { type Question, questions, WORKERS_PER_NODE, warmUp } from './plan.js';
import type { Answer } from './report.js';
import { rememberingBytes } from './sizes.js';

/** `quick`: on the two smallest numbers of nodes alone. */
export async function answerAll(
  quick: boolean,
  onRun: (question: string, nodes: number) => void,
): Promise<{ readonly costs: Costs; readonly answers: readonly Answer[] }> {
  const costs = await measureCosts();
  const bytesOf = rememberingBytes();
  const ask = ({ workload }: Question, nodes: number) =>
    figuresOf({
      nodes,
      workersPerNode: WORKERS_PER_NODE,
      costs,
      bytesOf,
      workload: workload(nodes * WORKERS_PER_NODE),
    });
  for (const question of questions) if (warmUp.names.includes(question.name)) ask(question, warmUp.nodes);
  const answers = questions.map((question) => {
    const { name, title } = question;
    const figures = (quick ? question.nodes.slice(0, 2) : question.nodes).map((nodes) => {
      onRun(name, nodes);
      return ask(question, nodes);
    });
    return { name, title, figures };
  });
  return { costs, answers };
}
