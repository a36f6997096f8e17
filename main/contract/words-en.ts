/** The English of the codes in `reasons.ts`: for the command, the log and scripts. The window has words of its own. */
import { wordOf, type Words } from './coded-words.ts'
import type {
  Contradiction,
  GuardCode,
  GuardFacts,
  Likeness,
  MatchReason,
  NameLikeness,
  PauseReason,
  PlanReason,
  SharedFact,
} from './reasons.ts'
import type { LeftOut, LeftOutCode } from './targets.ts'

/** What a field is called, in lower case. */
export type LabelOf = (field: string) => string

const planWords: Words<PlanReason, [label: LabelOf]> = {
  new: () => 'not at the target yet',
  changed: () => 'changed here',
  deleted: () => 'deleted here',
  same: () => 'the target has this content already',
  again: () => 'unchanged; sent again because everything is',
  filtered: () => 'outside the filter',
  'left-filter': () => 'no longer matches the filter; the target keeps what it has',
  'never-sent': () => 'deleted before it was ever sent',
  'cannot-delete': () => 'deleted here; this target cannot delete',
  undecided: () => 'the target may have it already; that waits for a decision',
  'comes-with': ({ entity }) => `comes with its ${entity ?? ''}`,
  'root-gone': ({ entity }) => `the ${entity ?? ''} it came with is not its own any more`,
  'handed-over': ({ field }) =>
    `its ${field} was changed; the target keeps the one it was made with`,
  'parent-filtered': ({ field }) => `its ${field} is outside the filter`,
  'parent-unknown': ({ field }) => `its ${field} is not at this target`,
  'parent-refused': ({ field }) => `its ${field} was refused by the target`,
  'parent-undecided': ({ field }) => `its ${field} waits for a decision`,
  'parent-waiting': ({ field }) => `its ${field} is not at the target yet`,
  'shared-left': ({ field }, label) =>
    `its ${label(field)} is another one now; whoever has the same one stays there`,
  'shared-none': ({ field }, label) => `it has no ${label(field)}`,
  'shared-elsewhere': ({ field }, label) =>
    `another one with the same ${label(field)} stands for it there`,
}

/** Why a record is sent, held or left out: the end of a line, without a full stop. */
export function planText(reason: PlanReason, label: LabelOf): string {
  return wordOf<PlanReason, [LabelOf]>(planWords, reason)(reason, label)
}

const leftOutWords: Readonly<Record<LeftOutCode, (at: string) => string>> = {
  'mapping-elsewhere': (at) =>
    `${at} only names a mapping. Put its JSON in its place, or say the mapping in the settings.`,
  template: (at) => `${at} is a template that does more than name places. Write it as JSONata.`,
  rules: (at) => `${at}: there are no rules before or after. Say it with a mapping or a condition.`,
  'follow-ups': (at) =>
    `${at}: nothing follows a synchronisation. Each target has a schedule of its own.`,
  'hash-mapping': (at) => `${at}: what counts as changed is the mapped record.`,
  'request-body': (at) => `${at}: a request for a list has no body.`,
  'extra-data': (at) => `${at}: nothing more is asked for each record.`,
  'sub-objects': (at) =>
    `${at}: name each kind of record inside as one of "subObjects" in the settings.`,
  pages: () =>
    'Pages are taken to go by number. If the answer has a link to the next page, choose that in the settings.',
  'body-pages': (at) => `${at}: the page is asked for in the address, not in a body.`,
  'sign-in': (at) => `The sign-in "${at}" is not possible here. Choose another one.`,
  'secret-header': (at) =>
    `The header ${at} may be a secret and was left out. Store it as the API key of the target.`,
  'secret-parameter': (at) =>
    `The parameter ${at} of the address may be a secret and was left out. Store it as the API key of the target.`,
  credentials: (at) => `${at} was left out. Choose the sign-in, and type what it needs.`,
}

/** What of another program's configuration was not taken, and what to do about it. */
export function leftOutText({ code, at }: LeftOut): string {
  return leftOutWords[code](at)
}

const goneThere = ({ planned, linked }: GuardFacts, becomes: string) =>
  `${of(planned, linked)} records are gone at the target and would be ${becomes} here. Nothing was ${becomes}; confirm to go on.`
const of = (planned: number, linked: number | undefined) =>
  linked === undefined ? `${planned}` : `${planned} of ${linked}`

const guardWords: Readonly<Record<GuardCode, (facts: GuardFacts, target: string) => string>> = {
  'delete-there': ({ planned, linked }) =>
    `${of(planned, linked)} records would be deleted at the target. Nothing was deleted; confirm to go on.`,
  'overwrite-there': ({ planned, linked }) =>
    `${of(planned, linked)} records would be overwritten at the target by changes nobody made here: they came from another system or from a new field mapping. These wait, everything else goes; confirm to send them.`,
  'create-there': ({ planned }, target) =>
    `${target} may have ${planned} ${planned === 1 ? 'record' : 'records'} already, and cannot be asked: made there once more, they would be there twice. None of them was sent; look there, and confirm to send them.`,
  'delete-here': (facts) => goneThere(facts, 'deleted'),
  'unlink-here': (facts) => goneThere(facts, 'unlinked'),
  said: ({ said = '' }) => said,
}

/** What a guard stopped at a target, in sentences. */
export function guardText(facts: GuardFacts, target: string): string {
  return guardWords[facts.code](facts, target)
}

/** A guard as views have it: the facts, and beside them the sentences. */
export function guardInWords(
  facts: GuardFacts,
  target: string,
): GuardFacts & { readonly reason: string } {
  return { ...facts, reason: guardText(facts, target) }
}

const pauseWords: Words<PauseReason, [target: string]> = {
  all: () => 'Everything is paused',
  'set-up': () => 'The set-up is not finished',
  removing: () => 'It is being removed',
  person: ({ who }) => `Paused by ${who}`,
  'sign-in': ({ said }, target) =>
    `${target} refused the sign-in: ${said} Check the key or password, then resume.`,
  said: ({ said }) => said,
}

/** Why a target is at rest. */
export function pauseText(reason: PauseReason, target: string): string {
  return wordOf<PauseReason, [string]>(pauseWords, reason)(reason, target)
}

const nameWords: Readonly<Record<NameLikeness, string>> = {
  same: 'same name',
  letters: 'similar name',
  shortened: 'similar name',
  initial: 'same last name and initial',
  swapped: 'same names the other way round',
  surname: 'same first name, another last name',
  noFirstName: 'same last name, one first name is missing',
  other: 'another name',
}
const factWords: Readonly<Record<SharedFact | Contradiction, string>> = {
  dateOfBirth: 'birth date',
  email: 'e-mail',
  phone: 'phone',
  bib: 'bib',
  gender: 'gender',
  age: 'age',
}

/** What two persons share, and what differs. */
export function likenessText({ name, shared, differs }: Likeness): string {
  const same = shared.map((fact) => `same ${factWords[fact]}`)
  const but = differs.map((fact) => `another ${factWords[fact]}`)
  return [nameWords[name], ...same, ...but].join(', ')
}

/** What a sentence about a match needs beside its facts. */
export interface MatchContext {
  readonly target: string
  readonly label: LabelOf
}

const named = (fields: readonly string[], { label }: MatchContext) =>
  fields.map(label).join(' and ')
const fitsBy = (fields: readonly string[], context: MatchContext) =>
  fields.length === 0 ? 'a record that refers to it is the same' : `same ${named(fields, context)}`

const matchWords: Words<MatchReason, [context: MatchContext]> = {
  known: () => 'linked already',
  key: ({ fields }, context) => fitsBy(fields, context),
  through: (_, context) => fitsBy([], context),
  joined: ({ fields, linkedTo }, context) =>
    `${fitsBy(fields, context)}: another one of what is linked to ${linkedTo}`,
  linked: ({ fields, linkedTo }, context) =>
    `${fitsBy(fields, context)}, but linked to ${linkedTo} already`,
  several: ({ count }) => `${count} records here fit equally well`,
  similar: ({ fields }, context) => `similar, but ${named(fields, context)} differs`,
  namesakes: () => 'same names, but the birth date is not known on both sides',
  doubtful: ({ likeness }) => likenessText(likeness),
  alike: () => 'the same in everything, with nothing that tells namesakes apart',
  'taken-over': () => 'nothing here fits; new records of this target are taken over',
  nothing: () => 'nothing here fits; this target does not add records',
  'new-here': (_, { target }) =>
    `It is new here, and ${target} does not get new records by itself.`,
  'gone-there': (_, { target }) => `It was at ${target} and is not there any more.`,
  said: ({ said }) => said,
}

/** Why a record of a target is one of ours, may be, or is none. */
export function matchText(reason: MatchReason, context: MatchContext): string {
  return wordOf<MatchReason, [MatchContext]>(matchWords, reason)(reason, context)
}
