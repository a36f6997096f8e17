/** The order in which an adapter's entities travel, so that parents exist before their children. Pure. */
import { entityNames, type EntityName } from '../../../contract/words.ts'
import { fieldOf } from '../../model/entities.ts'
import type { EntityBinding } from './adapter.ts'

type Parents = Pick<EntityBinding, 'entity' | 'hard' | 'soft'>

/** The entities a binding's reference fields of one strength point to, itself left out, each once. */
export function parentEntities(binding: Parents, strength: 'hard' | 'soft'): readonly EntityName[] {
  const parents = binding[strength].map((name) => {
    const { refersTo } = fieldOf(binding.entity, name)
    if (!refersTo) throw new Error(`${binding.entity}.${name} is not a reference`)
    return refersTo
  })
  return [...new Set(parents)].filter((parent) => parent !== binding.entity)
}

/** An entity and the entities it points to. */
export interface Dependent {
  readonly entity: EntityName
  readonly hard: readonly EntityName[]
  readonly soft: readonly EntityName[]
}

/** The entities of some bindings, parents first; see `parentsFirst`. */
export function dependencyOrder(bindings: readonly Parents[]): readonly EntityName[] {
  return parentsFirst(
    bindings.map((binding) => ({
      entity: binding.entity,
      hard: parentEntities(binding, 'hard'),
      soft: parentEntities(binding, 'soft'),
    })),
  )
}

/**
 * Hard parents always come first, soft ones wherever no circle prevents it; among equals the order of `entityNames`.
 * Parents that are not among the dependents are left out of consideration. Throws, naming the circle, when hard parents
 * form one.
 */
export function parentsFirst(dependents: readonly Dependent[]): readonly EntityName[] {
  const bound = new Set(dependents.map(({ entity }) => entity))
  const present = (parents: readonly EntityName[]) =>
    new Set(parents.filter((one) => bound.has(one)))
  const open = new Map(
    dependents
      .toSorted((a, b) => entityNames.indexOf(a.entity) - entityNames.indexOf(b.entity))
      .map(({ entity, hard, soft }) => [entity, { hard: present(hard), soft: present(soft) }]),
  )
  const order: EntityName[] = []
  while (open.size > 0) {
    const next = nextEntity(open)
    if (next === null) throw new Error(`hard parents form a circle: ${circle(open)}`)
    order.push(next)
    open.delete(next)
    for (const { hard, soft } of open.values()) {
      hard.delete(next)
      soft.delete(next)
    }
  }
  return order
}

type Open = ReadonlyMap<
  EntityName,
  { readonly hard: Set<EntityName>; readonly soft: Set<EntityName> }
>

/** The entity with the fewest soft parents still missing among those whose hard parents are all placed. */
function nextEntity(open: Open): EntityName | null {
  let best: EntityName | null = null
  let fewest = Infinity
  for (const [entity, { hard, soft }] of open) {
    if (hard.size > 0 || soft.size >= fewest) continue
    best = entity
    fewest = soft.size
  }
  return best
}

function circle(open: Open): string {
  const trail: EntityName[] = []
  let entity = [...open.keys()][0]
  while (entity !== undefined && !trail.includes(entity)) {
    trail.push(entity)
    entity = [...(open.get(entity)?.hard ?? [])][0]
  }
  const start = entity === undefined ? 0 : trail.indexOf(entity)
  return [...trail.slice(start), entity].join(' -> ')
}
