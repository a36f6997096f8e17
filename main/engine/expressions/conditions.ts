/** What a filter (JSON Logic) is about: its conditions, and the entities and fields each one reads. Pure. */
import { entityName, entityNames, type EntityName } from '../../contract/words.ts'

/**
 * The conditions of a filter: the parts of its outermost `and`, else the filter itself. Each is about one entity, so
 * that a record can be judged by itself.
 */
export function conditionsOf(expression: unknown): readonly unknown[] {
  if (!isObject(expression)) return [expression]
  const [[operator, given] = []] = Object.entries(expression)
  if (operator !== 'and' || !Array.isArray(given)) return [expression]
  return given.flatMap(conditionsOf)
}

/** The conditions that apply to records of an entity; all of them must hold. */
export function conditionsFor(expression: unknown, entity: EntityName): readonly unknown[] {
  return conditionsOf(expression).filter((condition) => pathsOf(condition).has(entity))
}

/** Entities a filter mentions, parents first. Records of all others pass. The filter must have passed `checkFilter`. */
export function mentionedEntities(expression: unknown): readonly EntityName[] {
  const paths = pathsOf(expression)
  return entityNames.filter((name) => paths.has(name))
}

/** Fields of an entity that a filter reads. */
export function mentionedFields(expression: unknown, entity: EntityName): readonly string[] {
  return [...(pathsOf(expression).get(entity) ?? [])]
}

/** Entity → fields read. */
function pathsOf(expression: unknown): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk)
    if (!isObject(node)) return
    for (const [operator, given] of Object.entries(node)) {
      for (const path of readPaths(operator, given)) {
        const [entity = '', field = ''] = path.split('.')
        if (!entityName.safeParse(entity).success) continue
        found.set(entity, (found.get(entity) ?? new Set()).add(field))
      }
      walk(given)
    }
  }
  walk(expression)
  return found
}

/** Paths an operator reads by name. */
function readPaths(operator: string, given: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  const places: readonly unknown[] =
    operator === 'var'
      ? list.slice(0, 1)
      : operator === 'missing'
        ? list
        : operator === 'missing_some' && Array.isArray(list[1])
          ? list[1]
          : []
  return places.filter((path) => typeof path === 'string')
}

/** Whether a JSON value is an object: in JSON Logic, an operator with what it is given. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
