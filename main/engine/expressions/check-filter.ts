/** Whether a filter (JSON Logic) can be used at all, in words. Pure. */
import { entityName, entityNames } from '../../contract/words.ts'
import { entities, findField } from '../model/entities.ts'
import { conditionsOf, isObject, mentionedEntities } from './conditions.ts'
import { iterators, operators } from './operators.ts'

/** Nesting and size a filter may have. Beyond them nobody understands it, and it costs every record of every sync. */
export const filterLimits = { depth: 32, parts: 1_000 } as const

const known: ReadonlySet<string> = new Set(operators)

/** Names an expression inside `map`, `reduce` and the like may read: the element itself, or a place in it. */
const elementPath = /^(?:|accumulator|current|\d+|(?:accumulator|current)\.\d+)$/

/**
 * Why a filter cannot be used, as a sentence for a person; null when it can.
 * @param expression JSON Logic over `entity.field`, like `{"==": [{"var": "eventParticipant.status"}, "registered"]}`
 */
export function checkFilter(expression: unknown): string | null {
  if (!isObject(expression)) return 'The filter must be an object with one operator, or null.'
  const fault = checkParts(expression)
  if (fault !== null) return fault
  for (const condition of conditionsOf(expression)) {
    const about = mentionedEntities(condition)
    if (about.length === 0) {
      return 'A condition of the filter names no field, so it would hold for every record or for none. Name one, like {"var": "person.country"}, or use null for no filter.'
    }
    if (about.length > 1) {
      return `One condition of the filter mixes ${about.join(' and ')}. A record is judged by its own fields: write one condition for each and join them with "and".`
    }
  }
  return null
}

type Scope = 'record' | 'element'

function checkParts(expression: unknown): string | null {
  let parts = 0
  const visit = (node: unknown, depth: number, scope: Scope): string | null => {
    parts += 1
    if (parts > filterLimits.parts) {
      return `The filter has more than ${filterLimits.parts.toLocaleString('en')} parts. Make it simpler.`
    }
    if (depth > filterLimits.depth) {
      return `The filter is nested deeper than ${filterLimits.depth} levels. Make it simpler.`
    }
    if (Array.isArray(node)) return first(node, (item) => visit(item, depth + 1, scope))
    if (!isObject(node)) return isPlain(node) ? null : 'The filter is not JSON.'
    const names = Object.keys(node)
    const [operator] = names
    if (operator === undefined || names.length > 1) {
      return `Each part of the filter must have exactly one operator; one has ${names.length === 0 ? 'none' : names.slice(0, 5).join(', ')}.`
    }
    if (!known.has(operator)) {
      return `The filter uses "${shown(operator)}", which is not an operator. There are: ${operators.join(' ')}.`
    }
    const given = node[operator]
    const places = checkPlaces(operator, given, scope)
    if (places !== null) return places
    if (iterators.has(operator) && Array.isArray(given)) {
      return first(given, (item, at) => visit(item, depth + 2, at === 1 ? 'element' : scope))
    }
    return visit(given, depth + 1, scope)
  }
  return visit(expression, 0, 'record')
}

/** Whether the names an operator reads are fields that exist: nothing else of a record can be reached. */
function checkPlaces(operator: string, given: unknown, scope: Scope): string | null {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  switch (operator) {
    case 'var':
      return checkPath(list[0] ?? '', scope)
    case 'missing':
      return first(list, (path) => checkPath(path, scope))
    case 'missing_some':
      return Array.isArray(list[1])
        ? first(list[1], (path) => checkPath(path, scope))
        : 'In the filter, "missing_some" needs a number and a list of fields.'
    default:
      return null
  }
}

function checkPath(path: unknown, scope: Scope): string | null {
  if (scope === 'element') {
    return (typeof path === 'string' || typeof path === 'number') && elementPath.test(String(path))
      ? null
      : `Inside a list, the filter can read only the element: "", "current" or "accumulator", not ${shown(path)}.`
  }
  if (typeof path !== 'string') {
    return `The filter must name its fields as text, like "person.country"; ${shown(path)} is computed or no text.`
  }
  const [entity = '', field, ...rest] = path.split('.')
  const parsed = entityName.safeParse(entity)
  if (!parsed.success) return `The filter names "${shown(path)}": ${advice(path)}`
  const definition = entities[parsed.data]
  if (field === undefined || rest.length > 0) {
    return `The filter names "${shown(path)}": write one field, like ${parsed.data}.${definition.fields[0]?.name}.`
  }
  return findField(parsed.data, field)
    ? null
    : `The filter names "${shown(path)}": ${definition.label} has no field "${shown(field)}". It has: ${definition.fields.map(({ name }) => name).join(', ')}.`
}

/** Many filters from elsewhere name the field alone: then its entity is missing. */
function advice(path: string): string {
  const owners = entityNames.filter((name) =>
    entities[name].fields.some((field) => field.name === path),
  )
  return owners.length > 0
    ? `say whose, like ${owners.map((owner) => `${owner}.${path}`).join(' or ')}.`
    : `there is no such kind of record. There are: ${entityNames.join(', ')}.`
}

function isPlain(value: unknown): boolean {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  )
}

function first<T>(
  items: readonly T[],
  check: (item: T, at: number) => string | null,
): string | null {
  for (const [at, item] of items.entries()) {
    const fault = check(item, at)
    if (fault !== null) return fault
  }
  return null
}

/** Foreign text in an error line, short and on one line. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value)
  const line = text.replace(/\s+/gu, ' ')
  return line.length > 60 ? `${line.slice(0, 60)}…` : line
}
