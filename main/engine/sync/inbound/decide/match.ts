/** Which record of ours a remote record is. Pure: candidates and remote fields go in, the link and its reason come out. */
import type { MatchReason } from '../../../../contract/reasons.ts'
import { assertNever, type EntityName, type Mode } from '../../../../contract/words.ts'
import { entities, fieldOf } from '../../../model/entities.ts'
import type { FieldKind } from '../../../model/field.ts'
import { foldLabel, isLabel } from '../../../model/folded-label.ts'
import { foldName } from '../../../model/folded-name.ts'
import type { Fields } from '../../../model/record.ts'
import { addressOf, judge, likenessOf, type Judgement } from '../../../model/same-person.ts'
import { isSimilarName } from './match-name.ts'

/** A live record of ours that shares a natural key with the remote one. */
export interface Candidate {
  readonly recordId: string
  readonly fields: Fields
  /** Remote id it is linked to at this target already, null for none. */
  readonly linkedTo: string | null
  /** A record of ours refers to it in the remote one's place. */
  readonly through?: boolean
}

export interface MatchFacts {
  readonly entity: EntityName
  /** Remote content in our fields, in normal form, references already replaced by our ids. */
  readonly theirs: Fields
  /** Our record that is linked to this remote id, null when there is none. */
  readonly knownAs: string | null
  /** In any order. */
  readonly candidates: readonly Candidate[]
  readonly mode: Mode
  /** True where children may still tell who somebody is: equal names alone are then no reason to ask a person. */
  readonly onlyByKeys?: boolean
  /** Several of theirs may be one of ours (`EntityBinding.perRace`). */
  readonly perRace?: boolean
}

export type Match =
  | { readonly kind: 'known'; readonly recordId: string; readonly reason: MatchReason }
  | { readonly kind: 'link'; readonly recordId: string; readonly reason: MatchReason }
  /** It stands for one of ours that is linked to another of theirs. */
  | { readonly kind: 'joined'; readonly recordId: string; readonly reason: MatchReason }
  /** A person decides; the ids are sorted. */
  | {
      readonly kind: 'possible'
      readonly recordIds: readonly string[]
      readonly reason: MatchReason
    }
  | { readonly kind: 'create'; readonly reason: MatchReason }
  | { readonly kind: 'unmatched'; readonly reason: MatchReason }

/** One natural key of a record with a value in every field. Equal records have the same `text`. */
export interface KeyValue {
  readonly fields: readonly string[]
  readonly text: string
}

/** People change these: a different value does not speak against the same name and birth date. */
const changeable: ReadonlySet<FieldKind> = new Set(['email', 'phone'])

/** Kinds in which upper and lower case mean the same. Codes and ids count to the letter. */
const anyCase: ReadonlySet<FieldKind> = new Set(['text', 'name', 'note', 'email', 'country'])

/** The natural keys a record can be found by, strongest first; those with an empty field are left out. */
export function keyValues(entity: EntityName, fields: Fields): readonly KeyValue[] {
  return entities[entity].keys.flatMap((key) => {
    const values = key.map((name) => folded(entity, name, fields))
    if (values.some((value) => value === null)) return []
    return [{ fields: key, text: JSON.stringify([key.join('+'), ...values]) }]
  })
}

/** The names of a person as one text, null where one is missing: what tells namesakes, and only they may be asked about. */
export function nameOf(entity: EntityName, fields: Fields): string | null {
  if (entity !== 'person') return null
  const names = ['firstName', 'lastName'].map((name) => folded(entity, name, fields))
  return names.includes(null) ? null : JSON.stringify(['names', ...names])
}

/** What a record may be found by: its natural keys, and the names of a person. */
export function lookupTexts(entity: EntityName, fields: Fields): readonly string[] {
  const keys = keyValues(entity, fields).map(({ text }) => text)
  const names = nameOf(entity, fields)
  return names === null ? keys : [...keys, names]
}

/** Records by each of their `lookupTexts`: whoever matches a page must not lay every record beside every other. */
export function byNaturalKey<Kept extends { readonly fields: Fields }>(
  entity: EntityName,
  records: Iterable<Kept>,
): ReadonlyMap<string, readonly Kept[]> {
  const found = new Map<string, Kept[]>()
  for (const record of records) {
    for (const text of lookupTexts(entity, record.fields)) {
      const sharing = found.get(text)
      if (sharing) sharing.push(record)
      else found.set(text, [record])
    }
  }
  return found
}

/** The record a remote one belongs to, with the reason. */
export function matchRecord(facts: MatchFacts): Match {
  const { theirs, knownAs } = facts
  if (knownAs !== null) return { kind: 'known', recordId: knownAs, reason: { code: 'known' } }
  const fitting = exactLabels(facts, fittingRecords(facts))
  const hits = facts.perRace ? withoutOtherEntries(theirs, fitting) : fitting
  if (hits.length === 0) {
    const same = facts.onlyByKeys ? [] : namesakes(facts)
    return same.length > 0 ? possible(same, { code: 'namesakes' }) : byMode(facts.mode)
  }
  const confident = hits.filter(({ against, doubt }) => against.length === 0 && doubt === null)
  const free = confident.filter(({ candidate }) => candidate.linkedTo === null)
  const [only] = facts.perRace && free.length === 1 ? free : confident
  if (only && (confident.length === 1 || (facts.perRace && free.length === 1))) {
    const { by: fields, candidate } = only
    const { recordId, linkedTo } = candidate
    if (facts.perRace && linkedTo !== null) {
      return { kind: 'joined', recordId, reason: { code: 'joined', fields, linkedTo } }
    }
    if (linkedTo !== null) return possible([candidate], { code: 'linked', fields, linkedTo })
    const reason =
      fields.length > 0 ? ({ code: 'key', fields } as const) : ({ code: 'through' } as const)
    return { kind: 'link', recordId, reason }
  }
  if (confident.length > 1) {
    return possible(
      (free.length > 0 ? free : confident).map(({ candidate }) => candidate),
      { code: 'several', count: confident.length },
    )
  }
  const differing = [...new Set(hits.flatMap(({ against }) => against))].sort()
  const [doubt] = hits.flatMap((hit) => hit.doubt ?? [])
  return possible(
    hits.map(({ candidate }) => candidate),
    differing.length > 0
      ? { code: 'similar', fields: differing }
      : { code: 'doubtful', likeness: likenessOf(doubt!) },
  )
}

/** Records here that share a natural key, or that a record leads to. */
function fittingRecords({ entity, theirs, candidates }: MatchFacts): readonly Hit[] {
  const keys = keyValues(entity, theirs)
  return candidates.flatMap((candidate): readonly Hit[] => {
    const own = new Set(keyValues(entity, candidate.fields).map(({ text }) => text))
    const key = keys.find(({ text }) => own.has(text))
    if (key) {
      const against = contradictions(entity, theirs, candidate.fields)
      return [{ candidate, by: key.fields, against, doubt: doubtOf(entity, theirs, candidate) }]
    }
    if (!candidate.through) return []
    // What leads to it says so much that a slip of the pen does not speak against it.
    const against = contradictions(entity, theirs, candidate.fields, isSimilarName)
    return [{ candidate, by: [], against, doubt: null }]
  })
}

/** Of races that look the same the one that is written the same is meant. */
function exactLabels({ entity, theirs }: MatchFacts, hits: readonly Hit[]): readonly Hit[] {
  if (!isLabel(entity, 'name')) return hits
  const exact = hits.filter(({ candidate }) => candidate.fields['name'] === theirs['name'])
  return exact.length > 0 ? exact : hits
}

/** A shared key is not enough where the rule for persons does not say that they are the same. */
function doubtOf(
  entity: EntityName,
  theirs: Fields,
  { fields, through }: Candidate,
): Judgement | null {
  if (entity !== 'person') return null
  const judgement = judge(theirs, fields, { sameBib: through ?? false })
  return judgement.verdict === 'same' ? null : judgement
}

/** What one of theirs fits in, and what speaks against it. */
interface Hit {
  readonly candidate: Candidate
  /** The fields that are the same; empty where a record that refers to it leads here. */
  readonly by: readonly string[]
  readonly against: readonly string[]
  /** Nothing speaks against this person, and too little for them. */
  readonly doubt: Judgement | null
}

/**
 * Where each of theirs is an entry of its own, one that is linked to another already and wears another bib is another
 * entry, and nothing to ask about; so is one without a bib where this one has one.
 */
function withoutOtherEntries(theirs: Fields, hits: readonly Hit[]): readonly Hit[] {
  const wears = (fields: Fields) => (fields['number'] ?? null) !== null
  return hits.filter(
    ({ candidate, against }) =>
      candidate.linkedTo === null ||
      (against.length === 0 && (wears(candidate.fields) || !wears(theirs))),
  )
}

/**
 * Persons of the same names of whom one birth date is missing. Who is linked to another remote record already is
 * somebody else: the target itself tells the two apart.
 */
function namesakes({ entity, theirs, candidates }: MatchFacts): readonly Candidate[] {
  const names = nameOf(entity, theirs)
  if (names === null) return []
  return candidates.filter(
    ({ fields, linkedTo }) =>
      linkedTo === null &&
      nameOf(entity, fields) === names &&
      contradictions(entity, theirs, fields).length === 0,
  )
}

/** Fields that identify a record and say that these two are not the same. */
function contradictions(
  entity: EntityName,
  theirs: Fields,
  ours: Fields,
  isSameName: (left: string, right: string) => boolean = () => false,
): readonly string[] {
  const names = new Set([
    ...entities[entity].keys.flat(),
    ...(entity === 'person' ? ['gender'] : []),
  ])
  return [...names].filter((name) => {
    if (changeable.has(fieldOf(entity, name).kind)) return false
    const [left, right] = [folded(entity, name, theirs), folded(entity, name, ours)]
    if (left === null || right === null || left === right) return false
    return !(fieldOf(entity, name).kind === 'name' && isSameName(left, right))
  })
}

function byMode(mode: Mode): Match {
  switch (mode) {
    case 'mirror':
    case 'target-leads':
      return {
        kind: 'create',
        reason: { code: 'taken-over' },
      }
    case 'master-leads':
      return { kind: 'unmatched', reason: { code: 'nothing' } }
    default:
      return assertNever(mode)
  }
}

function possible(candidates: readonly Candidate[], reason: MatchReason): Match {
  const recordIds = [...new Set(candidates.map(({ recordId }) => recordId))].sort()
  return { kind: 'possible', recordIds, reason }
}

function folded(entity: EntityName, name: string, fields: Fields): string | null {
  const value = fields[name]
  if (value === null || value === undefined || value === '') return null
  const text = String(value)
  // What stands in the place of an address is none.
  if (entity === 'person' && name === 'email') return addressOf(value)
  if (entity === 'person' && name === 'gender') return text === 'unknown' ? null : text
  if (entity === 'person' && fieldOf(entity, name).kind === 'name') return foldName(text)
  if (isLabel(entity, name)) return foldLabel(text)
  return anyCase.has(fieldOf(entity, name).kind) ? text.toLowerCase() : text
}
