/** JSON Logic as its specification describes it. For worker threads: whoever loads it runs what others wrote. */
import { defaultMethods, LogicEngine } from 'json-logic-engine'
import { operators } from './operators.ts'

// Interpreter only: the engine's compiler writes code from the expression.
const engine = new LogicEngine(
  Object.fromEntries(
    operators.map((name) => [name, (defaultMethods as Record<string, unknown>)[name]]),
  ),
  { disableInline: true, disableInterpretedOptimization: true },
)

/** Whether a rule holds; one that cannot be computed ("abc" + 1) does not. */
export function holds(rule: unknown, about: object): boolean {
  try {
    return Boolean(engine.truthy(engine.run(rule, about)))
  } catch {
    return false
  }
}
