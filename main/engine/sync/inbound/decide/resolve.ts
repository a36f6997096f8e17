/** What becomes of each difference: mode, conflict rule and consent decide, each time with the reason. Pure. */
import type { FieldValue } from '../../../../contract/records.ts'
import {
  assertNever,
  type ConflictRule,
  type EntityName,
  type Mode,
} from '../../../../contract/words.ts'
import type { Fields } from '../../../model/record.ts'
import type { FieldDecision } from '../../../store/attention/conflicts.ts'
import { completeTheirs, type FieldDifference, type Merge, type MergeFacts } from './merge.ts'

export type Side = 'ours' | 'theirs'

/** What is done about one field. `ask`: nothing, until a person has chosen. */
export interface Decision {
  readonly difference: FieldDifference
  readonly choice: Side | 'ask'
  /** In words, for the log and the person. */
  readonly reason: string
  /** The target decides: it is sent with the base it was changed from. */
  readonly left?: boolean
}

export interface ResolveFacts {
  readonly entity: EntityName
  readonly merge: Merge
  readonly mode: Mode
  readonly rule: ConflictRule
  /** Stamp of the record here, microseconds. */
  readonly oursModifiedOn: number
  /** Microseconds on the remote clock, null where not told. */
  readonly theirsModifiedOn: number | null
  /** Remote clock minus ours, milliseconds, null until measured. */
  readonly clockOffsetMs: number | null
  /** Fields that one side owns at this target, whatever the rule. */
  readonly owners?: Readonly<Record<string, Side>>
  /** The target decides about what was changed on both sides (`AdapterManifest.hub`). */
  readonly hub?: boolean
}

export interface Resolution {
  /** One for each difference, in the order of the fields of each list of the merge. */
  readonly decisions: readonly Decision[]
  /** What changes here. */
  readonly apply: Fields
  /** What a person must choose; both values are kept until then. */
  readonly ask: readonly FieldDifference[]
  /** What the target is to decide; the old base stays until it has. */
  readonly left: readonly FieldDifference[]
  /** The target has other values than we want it to have: the record must be due. */
  readonly send: boolean
}

type Ruling = Omit<Decision, 'difference'>

/** Decides every difference of a merge. */
export function resolve(facts: ResolveFacts): Resolution {
  const consent = withdrawal(facts)
  const decide = (
    differences: readonly FieldDifference[],
    rule: (field: string) => Ruling,
  ): readonly Decision[] =>
    differences.map((difference) => ({
      difference,
      ...(consent?.(difference.field) ?? rule(difference.field)),
    }))
  const decisions = [
    ...decide(facts.merge.theirs, (field) => onlyTheirs(facts, field)),
    ...decide(facts.merge.both, (field) => bothChanged(facts, field)),
    ...decide(facts.merge.ours, () => ours('changed only here')),
  ]
  const apply: Record<string, FieldValue> = {}
  for (const { choice, difference } of decisions) {
    if (choice === 'theirs') apply[difference.field] = difference.theirs
  }
  return {
    decisions,
    apply,
    ask: decisions.flatMap(({ choice, difference }) => (choice === 'ask' ? [difference] : [])),
    left: decisions.flatMap(({ left, difference }) => (left ? [difference] : [])),
    send: decisions.some(({ choice }) => choice === 'ours'),
  }
}

/**
 * The agreed content after a resolution: what the target has now, so that the same answer coming again changes nothing
 * and what stays ours is sent. Fields a person has to choose keep their old base, so that they are asked about again.
 */
export function agreedAfter(
  facts: Pick<MergeFacts, 'fields' | 'base' | 'theirs'>,
  { ask: asked, left }: Pick<Resolution, 'ask' | 'left'>,
): Fields {
  const open = [...asked, ...left].map(({ field, base }) => [field, base] as const)
  return { ...completeTheirs(facts), ...Object.fromEntries(open) }
}

/**
 * What a rule decided against a value somebody had given, by field, null where nobody lost anything: a change of theirs
 * that was not taken over would be found nowhere else.
 */
export function ruledFields(
  { both, theirs }: Pick<Merge, 'both' | 'theirs'>,
  { decisions }: Pick<Resolution, 'decisions'>,
): Readonly<Record<string, FieldDecision>> | null {
  const given = new Set([...both, ...theirs])
  const ruled = decisions.flatMap((decision): [string, FieldDecision][] => {
    const { difference, choice, reason, left } = decision
    if (choice === 'ask' || left || !given.has(difference)) return []
    if (choice === 'theirs' && !both.includes(difference)) return []
    const { field, ours: mine, theirs: other } = difference
    return choice === 'ours'
      ? [[field, { keep: 'ours', kept: mine, dropped: other, reason }]]
      : [[field, { keep: 'theirs', kept: other, dropped: mine, reason }]]
  })
  return ruled.length > 0 ? Object.fromEntries(ruled) : null
}

function onlyTheirs({ rule, owners }: ResolveFacts, field: string): Ruling {
  if (owners?.[field] === 'ours') return ours('this side owns the field')
  if (owners?.[field] === 'theirs') return theirs('the target owns the field')
  if (rule === 'review')
    return ask('changed at the target; every change of this target is reviewed')
  return theirs('changed only at the target')
}

function bothChanged(facts: ResolveFacts, field: string): Ruling {
  const { rule, mode, owners, hub } = facts
  if (hub) return { ...ours('changed on both sides; the hub decides'), left: true }
  if (owners?.[field] === 'ours') return ours('this side owns the field')
  if (owners?.[field] === 'theirs') return theirs('the target owns the field')
  switch (rule) {
    case 'master-wins':
      // Who the master is, is what the mode says.
      return mode === 'target-leads'
        ? theirs('changed on both sides; the target leads')
        : ours('changed on both sides; this side leads')
    case 'latest-wins':
      return latest(facts)
    case 'merge-fields':
      return ask('changed on both sides')
    case 'review':
      return ask('changed on both sides; every change of this target is reviewed')
    default:
      return assertNever(rule)
  }
}

function latest({ oursModifiedOn, theirsModifiedOn, clockOffsetMs }: ResolveFacts): Ruling {
  if (theirsModifiedOn === null) {
    return ask('changed on both sides, and the target does not tell when')
  }
  const leadMicros = theirsModifiedOn - (clockOffsetMs ?? 0) * 1_000 - oursModifiedOn
  const corrected = clockOffsetMs === null ? '' : ' by the corrected clock'
  return leadMicros > 0
    ? theirs(`changed on both sides; the target later${corrected}`)
    : ours(
        `changed on both sides; here ${leadMicros < 0 ? 'later' : 'at the same moment'}${corrected}`,
      )
}

export const withdrawn = 'optedOut'

/** What belongs to a consent and follows the side whose consent counts. */
const partsOfConsent: ReadonlySet<string> = new Set(['source', 'changedOn'])

/** A withdrawal that is new on one side wins over every rule, mode and owner, with where and when it was given. */
function withdrawal({ entity, merge }: ResolveFacts): ((field: string) => Ruling | null) | null {
  if (entity !== 'contactPreference') return null
  const status = (list: readonly FieldDifference[]) => list.find(({ field }) => field === 'status')
  const side: Side | null =
    (status(merge.theirs) ?? status(merge.both))?.theirs === withdrawn
      ? 'theirs'
      : (status(merge.ours) ?? status(merge.both))?.ours === withdrawn
        ? 'ours'
        : null
  if (side === null) return null
  return (field) => {
    if (field !== 'status' && !partsOfConsent.has(field)) return null
    // What only we changed beside a withdrawal there stays ours, as everywhere.
    if (merge.ours.some((difference) => difference.field === field)) return null
    return { choice: side, reason: 'a withdrawal of consent always wins' }
  }
}

const ours = (reason: string): Ruling => ({ choice: 'ours', reason })
const theirs = (reason: string): Ruling => ({ choice: 'theirs', reason })
const ask = (reason: string): Ruling => ({ choice: 'ask', reason })
