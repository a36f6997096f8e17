/** Which entities may be ticked together. A child cannot go without the parents it needs. Pure. */
import type { AdapterView } from '../../../../main/contract/targets.ts'
import type { EntityName } from '../../../../main/contract/words.ts'

type Graph = AdapterView['graph']

/** An entity with all it needs, itself included. */
export function withParents(graph: Graph, entity: EntityName): ReadonlySet<EntityName> {
  const found = new Set<EntityName>()
  const visit = (one: EntityName) => {
    if (found.has(one)) return
    found.add(one)
    for (const parent of graph.find((node) => node.entity === one)?.hard ?? []) visit(parent)
  }
  visit(entity)
  return found
}

/** Ticked entities that need this one, directly or through others; it must stay ticked while there are any. */
export function neededBy(
  graph: Graph,
  ticked: readonly EntityName[],
  entity: EntityName,
): readonly EntityName[] {
  return ticked.filter((one) => one !== entity && withParents(graph, one).has(entity))
}

/** The new selection, in the adapter's order, after one box was ticked or cleared. */
export function afterTick(
  graph: Graph,
  order: readonly EntityName[],
  ticked: readonly EntityName[],
  { entity, on }: { readonly entity: EntityName; readonly on: boolean },
): EntityName[] {
  const next = new Set(ticked)
  if (on) for (const one of withParents(graph, entity)) next.add(one)
  else if (neededBy(graph, ticked, entity).length === 0) next.delete(entity)
  return order.filter((one) => next.has(one))
}

/** Entities in layers: everything needs or prefers only what is in earlier layers. */
export function layersOf(graph: Graph): readonly Graph[] {
  const placed = new Set<EntityName>()
  const layers: Graph[] = []
  let open = [...graph]
  const bound = new Set(graph.map(({ entity }) => entity))
  const ready = (parents: readonly EntityName[]) =>
    parents.every((parent) => placed.has(parent) || !bound.has(parent))
  while (open.length > 0) {
    const next =
      nonEmpty(open.filter(({ hard, soft }) => ready(hard) && ready(soft))) ??
      // A circle of soft parents: the hard ones decide.
      nonEmpty(open.filter(({ hard }) => ready(hard))) ??
      open
    layers.push(next)
    for (const { entity } of next) placed.add(entity)
    open = open.filter((node) => !placed.has(node.entity))
  }
  return layers
}

function nonEmpty<T>(list: readonly T[]): T[] | null {
  return list.length > 0 ? [...list] : null
}

/** Kinds of records that are chosen once there are others: those that are still there, or all where it was all. */
export function kindsOf(
  chosen: readonly EntityName[],
  now: readonly EntityName[],
  before: readonly EntityName[],
): EntityName[] {
  const wasAll = before.every((entity) => chosen.includes(entity))
  return now.filter((entity) => wasAll || chosen.includes(entity))
}
