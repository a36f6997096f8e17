/** What an entrant has to have before somebody checks them in, as the event says. Pure. */
import {
  checkInRules,
  type CheckInRule,
  type LackingEntrant,
} from '../../../../contract/check-in-rules.ts'
import type { CheckInRuleSet, EntrantCard } from '../../../../contract/desk.ts'
import type { Problem } from '../../../../contract/problem.ts'
import { assertNever } from '../../../../contract/words.ts'

/** What is missing of an entrant: what refuses the check-in, and what is only to be said. */
export interface Missing {
  readonly refused: readonly CheckInRule[]
  readonly warned: readonly CheckInRule[]
}

/** What rules are held against. */
export type CheckInFacts = Pick<
  EntrantCard,
  'bib' | 'startGroupId' | 'dateOfBirth' | 'waiver' | 'paid'
>

/** In the order of the rules. */
export function missingAtCheckIn(card: CheckInFacts, rules: CheckInRuleSet): Missing {
  const missing = checkInRules.filter((rule) => isMissing(card, rule))
  return {
    refused: missing.filter((rule) => rules[rule] === 'refuse'),
    warned: missing.filter((rule) => rules[rule] === 'warn'),
  }
}

function isMissing(card: CheckInFacts, rule: CheckInRule): boolean {
  switch (rule) {
    case 'bib':
      return card.bib === null
    case 'startGroup':
      return card.startGroupId === null
    case 'dateOfBirth':
      return card.dateOfBirth === null
    case 'waiver':
      return card.waiver !== true
    case 'paid':
      return card.paid !== true
    default:
      return assertNever(rule)
  }
}

const words: Readonly<Record<CheckInRule, string>> = {
  bib: 'no bib',
  startGroup: 'no start group',
  dateOfBirth: 'no date of birth',
  waiver: 'the waiver is not signed',
  paid: 'not paid',
}
/** How the card calls what a rule asks for. */
const fields: Readonly<Record<CheckInRule, string>> = {
  bib: 'bib',
  startGroup: 'startGroupId',
  dateOfBirth: 'dateOfBirth',
  waiver: 'waiver',
  paid: 'paid',
}

/** Why somebody is not checked in. @param name as a message names the entrant */
export function missingProblem(name: string, refused: readonly CheckInRule[]): Problem {
  return {
    code: 'wrong-use',
    message: `${name} is not checked in: ${refused.map((rule) => words[rule]).join(', ')}.`,
    fix: 'Enter what is missing, then check in.',
    fields: Object.fromEntries(refused.map((rule) => [fields[rule], words[rule]])),
    lacking: { entrants: [{ name, rules: [...refused] }], count: 1 },
  }
}

/** Named in a refusal; the others are counted. */
const mostNamed = 5

/** Why many are not checked in at once. */
export function manyMissingProblem(lacking: readonly LackingEntrant[]): Problem {
  const named = lacking.slice(0, mostNamed)
  const texts = named.map(
    ({ name, rules }) => `${name}: ${rules.map((rule) => words[rule]).join(', ')}`,
  )
  const more = lacking.length > named.length ? `; and ${lacking.length - named.length} more` : ''
  return {
    code: 'wrong-use',
    message: `Nobody is checked in, as ${lacking.length === 1 ? 'one of them lacks' : `${lacking.length} of them lack`} what the event asks for: ${texts.join('; ')}${more}.`,
    fix: 'Enter what is missing, or leave them out, then check in.',
    lacking: { entrants: [...named], count: lacking.length },
  }
}
