/** What an entrant has to have before somebody checks them in, as the event says. Pure. */
import {
  checkInRules,
  type CheckInRule,
  type CheckInRuleSet,
  type EntrantCard,
} from '../../../../contract/desk.ts'
import type { Problem } from '../../../../contract/problem.ts'
import { assertNever } from '../../../../contract/words.ts'

/** What is missing of an entrant: what refuses the check-in, and what is only to be said. */
export interface Missing {
  readonly refused: readonly CheckInRule[]
  readonly warned: readonly CheckInRule[]
}

/** In the order of the rules. */
export function missingAtCheckIn(card: EntrantCard, rules: CheckInRuleSet): Missing {
  const missing = checkInRules.filter((rule) => isMissing(card, rule))
  return {
    refused: missing.filter((rule) => rules[rule] === 'refuse'),
    warned: missing.filter((rule) => rules[rule] === 'warn'),
  }
}

function isMissing(card: EntrantCard, rule: CheckInRule): boolean {
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
  }
}
