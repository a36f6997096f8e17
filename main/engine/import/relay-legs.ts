/** Several rows under one bib: legs of a relay team, or two who cannot both have it. Pure. */
import type { RowReason } from '../../contract/row-reasons.ts'
import { foldName } from '../model/folded-name.ts'
import { displayName } from '../model/record.ts'
import { judge } from '../model/same-person.ts'
import type { KnownEntrant } from '../store/imports/known-entrants.ts'
import type { EntrantRow } from './read-entrant.ts'

/** Who has a bib, as far as is known when a row asks for it. */
export type Wearers = readonly KnownEntrant[]

/** The cell a row is refused for; `column` is the name of an import field. */
export interface RefusedCell {
  readonly column: string
  readonly value?: string
  readonly facts: RowReason
}

/** What becomes of a row whose bib others wear. */
export type Relay =
  | {
      readonly kind: 'shares'
      /** Leg of the row's entry, and of one that had none because it was alone under the bib so far. */
      readonly leg: number
      readonly team: string
      readonly others: readonly { readonly entry: string; readonly leg: number }[]
      /** The file does not say the legs: they follow its order. */
      readonly isGuess: boolean
    }
  | { readonly kind: 'refused'; readonly bad: RefusedCell }
  /** The bib is shared with nobody. */
  | { readonly kind: 'alone' }

const teamOf = ({ participant }: KnownEntrant) => textOf(participant?.fields['team'])
const legOf = ({ participant }: KnownEntrant) => numberOf(participant?.fields['leg'])
const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
const numberOf = (value: unknown) => (typeof value === 'number' ? value : null)

/** Of those who have the row's bib, the one the row may mean; of a team nobody is taken for somebody else. */
export function holderFor(row: EntrantRow, wearers: Wearers): KnownEntrant | null {
  const same = wearers.find(
    ({ person }) => judge(row.person, person.fields, { sameBib: true }).verdict === 'same',
  )
  if (same) return same
  const team = textOf(row.participant['team'])
  const leg = numberOf(row.participant['leg'])
  const mates = team === null ? [] : wearers.filter((one) => isTeam(teamOf(one), team))
  if (mates.length === 0) return wearers[0] ?? null
  return mates.find((one) => leg !== null && legOf(one) === leg) ?? null
}

/**
 * @param own the row's entry, where it has one in the event already
 * @param wearers everybody who has the bib now
 */
export function relayOf(row: EntrantRow, own: KnownEntrant | null, wearers: Wearers): Relay {
  const ownId = own?.participant?.id
  const others = wearers.filter(({ participant }) => participant!.id !== ownId)
  const team = textOf(row.participant['team']) ?? (own && teamOf(own))
  if (others.length === 0 || team === null) return { kind: 'alone' }
  const stranger = others.find((one) => !isTeam(teamOf(one), team))
  if (stranger) {
    const isRelay = others.some((one) => legOf(one) !== null)
    return isRelay ? { kind: 'refused', bad: ofAnotherTeam(row, stranger) } : { kind: 'alone' }
  }
  const given = numberOf(row.participant['leg'])
  const taken = new Set(others.flatMap((one) => legOf(one) ?? []))
  const told = given ?? (own && legOf(own))
  const assigned: { entry: string; leg: number }[] = []
  for (const one of others) {
    if (legOf(one) !== null) continue
    const leg = firstFree(new Set([...taken, ...(told === null ? [] : [told])]))
    taken.add(leg)
    assigned.push({ entry: one.participant!.id, leg })
  }
  const leg = told ?? Math.max(0, ...taken) + 1
  const sameLeg = others.find((one) => legOf(one) === leg)
  if (sameLeg) return { kind: 'refused', bad: ofTheSameLeg(row, sameLeg, leg) }
  const spelled = teamOf(others[0]!)!
  const isGuess = told === null || assigned.length > 0
  return { kind: 'shares', leg, team: spelled, others: assigned, isGuess }
}

function isTeam(one: string | null, other: string): boolean {
  return one !== null && foldName(one) === foldName(other)
}

function firstFree(taken: ReadonlySet<number>): number {
  let leg = 1
  while (taken.has(leg)) leg += 1
  return leg
}

function ofAnotherTeam({ participant }: EntrantRow, holder: KnownEntrant): RefusedCell {
  const bib = String(participant['number'])
  const team = teamOf(holder)
  const name = displayName('person', holder.person.fields)
  const facts: RowReason =
    team === null ? { code: 'bib-of-other', bib, name } : { code: 'other-team', bib, name, team }
  return { column: 'bib', value: bib, facts }
}

function ofTheSameLeg({ participant }: EntrantRow, holder: KnownEntrant, leg: number): RefusedCell {
  const name = displayName('person', holder.person.fields)
  const bib = String(participant['number'])
  const team = teamOf(holder)!
  return { column: 'leg', value: String(leg), facts: { code: 'same-leg', bib, name, team, leg } }
}
