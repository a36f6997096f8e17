/** What becomes of what events define, at a hub and at a desk that were apart. The hub's counts. Pure. */
import type { DefinitionChanges, Definitions } from '../../../../contract/hub.ts'
import type { OwnField } from '../../../../contract/own-fields.ts'

/** A definition of a desk that does not stand. */
export interface LostDefinition {
  readonly eventId: string
  /** What the field is called. */
  readonly label: string
  readonly lost: OwnField
  /** The hub's; null where it was removed there. */
  readonly kept: OwnField | null
}

export interface MergedDefinitions {
  /** What changes here, and what the hub has to be told. */
  readonly here: DefinitionChanges
  readonly send: DefinitionChanges
  readonly lost: readonly LostDefinition[]
}

export interface ThreeDefinitions {
  /** What both had at the last exchange. */
  readonly base: Definitions
  readonly ours: Definitions
  readonly theirs: Definitions
}

/** By field and by rule: what only one side changed counts for both, of what both did the hub's stands. */
export function mergeDefinitions({ base, ours, theirs }: ThreeDefinitions): MergedDefinitions {
  const lost: LostDefinition[] = []
  const fields = mergeEach(
    { base: fieldsOf(base), ours: fieldsOf(ours), theirs: fieldsOf(theirs) },
    (mine, hubs) => {
      if (mine && mine.kind !== hubs?.kind) {
        lost.push({ eventId: mine.eventId, label: mine.label, lost: mine, kept: hubs })
      }
    },
  )
  const rules = mergeEach(
    { base: rulesOf(base), ours: rulesOf(ours), theirs: rulesOf(theirs) },
    () => {},
  )
  const changes = (side: 'here' | 'send'): DefinitionChanges => ({
    fields: fields[side].map(([key, field]) => ({ ...parts(key, 'name'), field })),
    rules: rules[side].map(([key, rule]) => ({
      ...parts(key, 'rule'),
      strength: rule?.strength ?? 'off',
    })),
  })
  return { here: changes('here'), send: changes('send'), lost }
}

/** Some of them, by the event. */
export function ofEvents(
  { fields, rules }: DefinitionChanges,
  has: (eventId: string) => boolean,
): DefinitionChanges {
  return {
    fields: fields.filter(({ eventId }) => has(eventId)),
    rules: rules.filter(({ eventId }) => has(eventId)),
  }
}

/** As often as it has to be asked, with at most so many fields and rules in each. */
export function inPages(changes: DefinitionChanges, most: number): readonly DefinitionChanges[] {
  const { fields, rules } = changes
  const count = Math.ceil(Math.max(fields.length, rules.length) / most)
  return Array.from({ length: count }, (_, page) => ({
    fields: fields.slice(page * most, (page + 1) * most),
    rules: rules.slice(page * most, (page + 1) * most),
  }))
}

/** What both had at an exchange. Of events that are not here nothing was taken over: what was agreed of them before stays. */
export function agreedAfter(
  base: Definitions,
  theirs: Definitions,
  isHere: (eventId: string) => boolean,
): Definitions {
  const agreed = <Defined extends { readonly eventId: string }>(
    was: readonly Defined[],
    is: readonly Defined[],
  ) => [
    ...was.filter(({ eventId }) => !isHere(eventId)),
    ...is.filter(({ eventId }) => isHere(eventId)),
  ]
  return { fields: agreed(base.fields, theirs.fields), rules: agreed(base.rules, theirs.rules) }
}

/** Whether there is anything in it that is defined, and not only what is no more. */
export function defines({ fields, rules }: DefinitionChanges): boolean {
  return (
    fields.some(({ field }) => field !== null) || rules.some(({ strength }) => strength !== 'off')
  )
}

type Keyed<Value> = ReadonlyMap<string, Value>
type Change<Value> = readonly [key: string, value: Value | null]

function mergeEach<Value>(
  { base, ours, theirs }: Readonly<Record<keyof ThreeDefinitions, Keyed<Value>>>,
  onLost: (mine: Value | null, hubs: Value | null) => void,
): { readonly here: readonly Change<Value>[]; readonly send: readonly Change<Value>[] } {
  const here: Change<Value>[] = []
  const send: Change<Value>[] = []
  for (const key of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    const [was, mine, hubs] = [base, ours, theirs].map((side) => side.get(key) ?? null) as [
      Value | null,
      Value | null,
      Value | null,
    ]
    if (isSame(mine, hubs)) continue
    if (isSame(hubs, was)) send.push([key, mine])
    else {
      here.push([key, hubs])
      if (!isSame(mine, was)) onLost(mine, hubs)
    }
  }
  return { here, send }
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

const fieldsOf = ({ fields }: Definitions): Keyed<OwnField> =>
  new Map(
    fields.map(({ eventId, name, label, kind, choices, onDesk, sensitive }) => [
      `${eventId} ${name}`,
      { eventId, name, label, kind, choices, onDesk, sensitive },
    ]),
  )

const rulesOf = ({ rules }: Definitions) =>
  new Map(
    rules.map(({ eventId, rule, strength }) => [`${eventId} ${rule}`, { eventId, rule, strength }]),
  )

function parts<Name extends string>(
  key: string,
  name: Name,
): { readonly eventId: string } & Readonly<Record<Name, string>> {
  const at = key.indexOf(' ')
  return { eventId: key.slice(0, at), [name]: key.slice(at + 1) } as never
}
