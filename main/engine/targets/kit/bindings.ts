/**
 * Resources as the engine works them: one binding for each kind of record with a remote id of its own, root or part. Pure.
 */
import type { EntityName } from '../../../contract/words.ts'
import { entities, fieldOf } from '../../model/entities.ts'
import type { PartStep } from '../../model/part-path.ts'
import type { Part, Parts, RemoteForm, Resource } from './resource.ts'
import { withSlices } from './slices.ts'

/** A part whose kind of record is known. */
export interface KnownPart {
  readonly kind: 'one' | 'many'
  /** The kind of record the part is. */
  readonly entity: EntityName
  /** `one`: the owner's field that refers to the part; `many`: the part's field that refers to the owner. */
  readonly field: string
  readonly as: 'repeated' | 'made'
  readonly parts: KnownParts
}

export type KnownParts = Readonly<Record<string, KnownPart>>

/** How one of our entities appears in the remote system. */
export interface EntityBinding extends RemoteForm {
  readonly entity: EntityName
  readonly hard: readonly string[]
  readonly soft: readonly string[]
  /** What its bodies say of other records. */
  readonly parts: KnownParts
  /** As in `Resource`. */
  readonly shared: Resource['shared'] | null
  /** The root on whose pages it arrives, null for a root. */
  readonly partOf: PartOf | null
  /** As in `Resource`; `with`: on the pages of the root it is a part of. */
  readonly changes: Resource['changes'] | 'with'
}

/** The place of a part in its resource. */
export interface PartOf {
  /** The kind of record it is a part of. */
  readonly entity: EntityName
  /** Name of the part, and the reference field of the root (`one`) or its own (`many`) that ties them. */
  readonly name: string
  readonly field: string
  /** It comes into being there only together with a root; of it, absence from a complete listing says so. */
  readonly isMade: boolean
}

/** The bindings of some resources: what a root refers to stands before it, what refers to the root after it. */
export function bindingsOf(resources: readonly Resource[]): readonly EntityBinding[] {
  return resources.map(withSlices).flatMap((resource) => {
    const { root, parts = {}, changes, shared = null } = resource
    const own = (kind: Part['kind']) =>
      Object.entries(parts).flatMap(([name, part]) =>
        part.kind === kind ? ownBinding(root, name, part) : [],
      )
    const whole = { entity: root, parts: knownParts(root, parts), shared, partOf: null, changes }
    return [...own('one'), binding(resource, whole), ...own('many')]
  })
}

function binding(
  form: RemoteForm,
  place: Pick<EntityBinding, 'entity' | 'parts' | 'shared' | 'partOf' | 'changes'>,
): EntityBinding {
  return { ...form, hard: form.hard ?? [], soft: form.soft ?? [], ...place }
}

function ownBinding(root: EntityName, name: string, part: Part): readonly EntityBinding[] {
  if (!part.own) return []
  const { entity, field } = kindOf(root, part)
  const partOf = { entity: root, name, field, isMade: part.as === 'made' }
  return [binding(part.own, { entity, parts: {}, shared: null, partOf, changes: 'with' })]
}

/** Parts as the engine loads them for the bodies of their owner. Throws for one that is tied to its owner by nothing. */
function knownParts(owner: EntityName, parts: Parts): KnownParts {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, part]) => {
      const { as = 'repeated', kind } = part
      if (as === 'beside') return []
      const known = kindOf(owner, part)
      return [[name, { kind, as, ...known, parts: knownParts(known.entity, part.parts ?? {}) }]]
    }),
  )
}

function kindOf(owner: EntityName, part: Part): Pick<KnownPart, 'entity' | 'field'> {
  if (part.kind === 'one') {
    const { refersTo } = fieldOf(owner, part.field!)
    if (!refersTo) throw new Error(`${owner}.${part.field!} is not a reference`)
    return { entity: refersTo, field: part.field! }
  }
  const entity = part.entity!
  const field = part.field ?? entities[entity].fields.find((one) => one.refersTo === owner)?.name
  if (field === undefined) throw new Error(`${entity} does not refer to ${owner}`)
  return { entity, field }
}

/** Whether a record of this binding comes into being there only together with the root it is a part of. */
export function isMade({ partOf }: Pick<EntityBinding, 'partOf'>): boolean {
  return partOf?.isMade ?? false
}

/** The parts that come into being there together with a record, by name. */
export function madeParts({ parts }: Pick<EntityBinding, 'parts'>): readonly [string, KnownPart][] {
  return Object.entries(parts).filter(([, { as }]) => as === 'made')
}

/** The kinds of records that arrive with a root and refer to it: what is known of them there goes when the root does. */
export function arrivingParts(
  bindings: readonly EntityBinding[],
  root: EntityName,
): readonly { readonly entity: EntityName; readonly field: string }[] {
  return bindings.flatMap(({ entity, direction, partOf }) => {
    if (partOf?.entity !== root || partOf.isMade || direction !== 'inbound') return []
    const refers = entities[entity].fields.find(({ name }) => name === partOf.field)?.refersTo
    return refers === root ? [{ entity, field: partOf.field }] : []
  })
}

/** Whether the bodies of a binding say other records for good: they have to be said again when those change. */
export function repeatsParts({ parts }: Pick<EntityBinding, 'parts'>): boolean {
  return Object.values(parts).some(({ as }) => as === 'repeated')
}

/** The kinds of records a body says beside its own, at any depth. */
export function partEntities(parts: KnownParts): readonly EntityName[] {
  return Object.values(parts).flatMap((part) => [part.entity, ...partEntities(part.parts)])
}

/** A way from a part of a body up to its root. */
export interface PartPath {
  readonly path: readonly PartStep[]
  readonly as: KnownPart['as']
}

/** Ways from every part of a body up to its roots: the change of a part makes them due. */
export function partPaths({
  entity,
  parts,
  shared,
}: Pick<EntityBinding, 'entity' | 'parts' | 'shared'>): readonly PartPath[] {
  const paths = pathsUp(entity, parts, [])
  if (!shared) return paths
  // Of those who are one record there, only one speaks for all: she is due with any of them.
  const same = { kind: 'same', owner: entity, part: entity, field: shared.field } as const
  const toAll = paths.flatMap(({ path, as }) =>
    as === 'made' ? [] : [{ path: [...path, same], as }],
  )
  return [...paths, ...toAll, { path: [same], as: 'repeated' }]
}

function pathsUp(
  owner: EntityName,
  parts: KnownParts,
  above: readonly PartStep[],
): readonly PartPath[] {
  return Object.values(parts).flatMap(({ kind, entity, field, as, parts: below }) => {
    const path = [{ kind, owner, part: entity, field }, ...above]
    return [{ path, as }, ...pathsUp(entity, below, path)]
  })
}

/** In the same order, but each part right before the root it is made with: what that is recognised by is worked in by then. */
export function besideRoots(bindings: readonly EntityBinding[]): readonly EntityBinding[] {
  return bindings.flatMap((binding) => {
    if (isMade(binding)) return []
    const along = bindings.filter((one) => isMade(one) && one.partOf!.entity === binding.entity)
    return [...along, binding]
  })
}
