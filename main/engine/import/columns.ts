/** Which column of a file fills which field. Pure. */
import type { ColumnReason, NamedField } from '../../contract/guess-reasons.ts'
import { guessInWords } from '../../contract/guess-words-en.ts'
import type { ImportGuess } from '../../contract/imports.ts'
import type { Problem } from '../../contract/problem.ts'
import type { FieldDefinition } from '../model/field.ts'
import type { ColumnReading } from './column-reading.ts'
import { columnsSetAside, type CompanyFacts } from './column-company.ts'
import { meaningBeside, meaningOfHeader, type HeaderMeaning } from './header-words.ts'
import { rowEach, teamMateColumns } from './team-mates.ts'
import type { NameOrder } from './whole-names.ts'

/** A field an import can fill, under the name its column usually has. */
export interface ImportField {
  readonly name: string
  readonly label: string
  /** A file without this column is refused. */
  readonly required?: boolean
  /** Name of the start list's field whose headers are this field's too. */
  readonly words?: string
  /** What its value must be; null or left out for none of the model's. */
  readonly definition?: FieldDefinition | null
  /** A bib or the code of a tag. */
  readonly isCode?: boolean
  /** Field that a second column of the same name fills. */
  readonly second?: string
  /** First and last name in one. */
  readonly whole?: true
  /** What stands before the last name: "van den". */
  readonly prefix?: true
  /** Says who or where somebody is: of two columns that claim it, none is chosen by chance. */
  readonly identifies?: boolean
}

/** A field as reports name it. */
export const nameOf = ({ name, label }: ImportField): NamedField => ({ name, label })

/** Name of the field that holds first and last name in one. */
export const wholeName = 'full_name'

export interface ColumnMapping<Field extends ImportField> {
  /** Per column of the file: the field it fills, null for none. */
  readonly fields: readonly (Field | null)[]
  /** Columns that fill nothing. */
  readonly ignored: readonly string[]
  /** Per column: why it fills what it fills, or nothing; null where its name says so. */
  readonly reasons?: readonly (ColumnReason | null)[]
  /** Fields found by something else than the name of the column. */
  readonly guesses?: readonly ImportGuess[]
  /** Per column of whole names: which name comes first, as its header says. */
  readonly nameOrders?: ReadonlyMap<number, NameOrder>
  /** Per column: what its cells mean. */
  readonly readings?: readonly (ColumnReading | undefined)[]
}

export type Mapped<Field extends ImportField> =
  | { readonly ok: true; readonly mapping: ColumnMapping<Field> }
  | { readonly ok: false; readonly problem: Problem }

export interface MappingOptions {
  /** False while more columns may turn up, as in a JSON file: then a missing one is no problem yet. */
  readonly complete?: boolean
  /** The import names the event of all rows. */
  readonly eventTold?: boolean
  /** Cells that are not empty, per column, as far as the file was looked through. */
  readonly filled?: CompanyFacts['filled']
  /** The different cells of a column, as far as the file was looked through; null where they are many. */
  readonly values?: CompanyFacts['values']
  /** The field of a column whose name tells nothing, by what stands in it. */
  readonly byContent?: (at: number) => ByContent | null
}

export interface ByContent {
  readonly field: string
  readonly why: ColumnReason
}

/** What is compared of a name: `First Name`, `first-name`, `first_name` and `firstName` are one. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** How sure it is that a column is meant for a field; `told` by a person. */
const sure = { told: 4, named: 3, word: 2, little: 1, content: 0 } as const

interface Claim<Field> {
  readonly at: number
  readonly field: Field
  readonly strength: number
  readonly why: ColumnReason | null
  readonly order?: NameOrder
}

/**
 * Finds the field of each column: by name or label, by the words lists use for it, by its content. `map` (column →
 * field, empty for none) goes before that; a column that would fill a field already taken by `map` fills nothing.
 */
export function mapColumns<Field extends ImportField>(
  columns: readonly string[],
  available: readonly Field[],
  map: Readonly<Record<string, string>> = {},
  options: MappingOptions = {},
): Mapped<Field> {
  const { complete = true } = options
  const told = toldFields(columns, available, map, complete)
  if ('problem' in told) return told
  const reasons: (ColumnReason | null)[] = columns.map(() => null)
  const claims = claimsOf(columns, available, told.fields, options)
  for (const { at, why } of claims.without) reasons[at] = why
  const fields: (Field | null)[] = columns.map(() => null)
  const orders = new Map<number, NameOrder>()
  const found = withSeconds(claims.found, columns, available)
  for (const [field, rivals] of Map.groupBy(found, (claim) => claim.field)) {
    const chosen = strongest(rivals, columns, options)
    if ('problem' in chosen) return chosen
    for (const { at } of rivals) {
      if (at === chosen.at || told.fields.get(at) !== undefined) continue
      reasons[at] = { code: 'filled-by', field: nameOf(field), column: columns[chosen.at]! }
    }
    fields[chosen.at] = field
    reasons[chosen.at] = chosen.why
    if (chosen.order) orders.set(chosen.at, chosen.order)
  }
  const missing = complete ? missingField(columns, available, fields) : null
  if (missing) return missing
  const ignored = columns.filter((_, at) => fields[at] === null)
  return { ok: true, mapping: { fields, ignored, reasons, nameOrders: orders } }
}

/** What was taken for granted about columns, with the reason. */
export function columnGuesses(
  columns: readonly string[],
  { fields, reasons = [] }: ColumnMapping<ImportField>,
): readonly ImportGuess[] {
  return columns.flatMap((column, at) => {
    const reason = reasons[at]
    if (!reason) return []
    const field = fields[at]
    return [
      guessInWords(
        field
          ? { code: 'column-used', column, field: nameOf(field), reason }
          : { code: 'column-unused', column, reason },
      ),
    ]
  })
}

function toldFields<Field extends ImportField>(
  columns: readonly string[],
  available: readonly Field[],
  map: Readonly<Record<string, string>>,
  complete: boolean,
): { readonly fields: ReadonlyMap<number, Field | null> } | Extract<Mapped<Field>, { ok: false }> {
  const fields = new Map<number, Field | null>()
  for (const [column, wanted] of Object.entries(map)) {
    const at = indexOfColumn(columns, column)
    if (at < 0) {
      if (!complete) continue
      return problem(`The file has no column ${column}.`, `Its columns are ${columns.join(', ')}.`)
    }
    const field = wanted === '' ? null : findField(available, wanted)
    if (field === undefined) {
      return problem(
        `There is no field ${wanted} for the column ${column}.`,
        `Choose one of ${available.map(({ name }) => name).join(', ')}.`,
      )
    }
    fields.set(at, field)
  }
  return { fields }
}

/** Which columns claim which fields, and why others claim none. */
function claimsOf<Field extends ImportField>(
  columns: readonly string[],
  available: readonly Field[],
  told: ReadonlyMap<number, Field | null>,
  options: MappingOptions,
) {
  const found: Claim<Field>[] = []
  const without: { readonly at: number; readonly why: ColumnReason }[] = []
  const names: {
    readonly at: number
    readonly meaning: Extract<HeaderMeaning, { name: string }>
  }[] = []
  const unknown: number[] = []
  const { filled: fill, values } = options
  const aside = fill && values ? columnsSetAside(columns, { filled: fill, values }) : null
  for (const [at, column] of columns.entries()) {
    const own = told.get(at)
    if (own === null) continue
    const why = own === undefined ? aside?.get(at) : undefined
    if (why !== undefined) {
      without.push({ at, why })
      continue
    }
    const named = own ?? findField(available, column)
    const meaning = meaningOfHeader(column) ?? meaningBeside(column, columns)
    const order = meaning !== null && 'name' in meaning ? meaning.name : undefined
    if (own === undefined && named?.whole) {
      names.push({ at, meaning: { name: order ?? 'first-last', half: null } })
    } else if (named !== undefined) {
      const strength = own === undefined ? sure.named : sure.told
      found.push({ at, field: named, strength, why: null, ...(order && { order }) })
    } else if (meaning === null) unknown.push(at)
    else if ('none' in meaning) without.push({ at, why: { code: meaning.none } })
    else if ('name' in meaning) names.push({ at, meaning })
    else {
      const field = fieldOfWord(available, meaning.field)
      if (field === undefined) continue
      const strength = meaning.weak ? sure.little : sure.word
      found.push({ at, field, strength, why: { code: 'usual-name', field: nameOf(field) } })
    }
  }
  const has = (word: string) => found.some(({ field }) => field === fieldOfWord(available, word))
  for (const { at, meaning } of names) {
    const half = halfOf(meaning.half, has('first_name'), has('last_name'))
    const field = half === 'none' ? undefined : fieldOfWord(available, half)
    if (field === undefined) without.push({ at, why: { code: 'names-apart' } })
    else if (field.whole) {
      const why = { code: 'whole-names' } as const
      found.push({ at, field, strength: sure.word, why, order: meaning.name })
    } else {
      const why = { code: half === 'last_name' ? 'last-names' : 'first-names' } as const
      found.push({ at, field, strength: sure.word, why })
    }
  }
  const filled = new Set(found.map(({ field }) => field))
  const mates = teamMateColumns(columns)
  for (const at of unknown) {
    if (mates.has(at)) without.push({ at, why: { code: 'team-mates' } })
  }
  const byContent = unknown.flatMap((at): Claim<Field>[] => {
    const content = options.byContent?.(at) ?? null
    const field = content === null ? undefined : fieldOfWord(available, content.field)
    if (field === undefined || filled.has(field)) return []
    return [{ at, field, strength: sure.content, why: content!.why }]
  })
  for (const [field, rivals] of Map.groupBy(byContent, ({ field }) => field)) {
    if (rivals.filter(({ at }) => (fill?.(at) ?? 0) > 0).length < 2) found.push(...rivals)
    // One of them is the runner's own, and cells alone do not say which.
    else for (const { at } of rivals) without.push({ at, why: severalOf(field, columns, rivals) })
  }
  const taken = new Set([...told.values()])
  const open = found.filter((claim) => {
    const isFree = claim.strength === sure.told || !taken.has(claim.field)
    const why = { code: 'chosen-elsewhere', field: nameOf(claim.field) } as const
    if (!isFree) without.push({ at: claim.at, why })
    return isFree
  })
  const event = options.eventTold ? fieldOfWord(available, 'event') : undefined
  for (const { at, field } of open) {
    if (field === event) without.push({ at, why: { code: 'event-named' } })
  }
  return { found: open.filter(({ field }) => field !== event), without }
}

function severalOf(
  field: ImportField,
  columns: readonly string[],
  rivals: readonly { readonly at: number }[],
): ColumnReason {
  const names = rivals.map(({ at }) => columns[at]!)
  return { code: 'several', field: nameOf(field), columns: names }
}

/** Of two columns with one name the second fills the field that is meant for it, where no other column does. */
function withSeconds<Field extends ImportField>(
  claims: readonly Claim<Field>[],
  columns: readonly string[],
  available: readonly Field[],
): readonly Claim<Field>[] {
  const moved = new Map<Claim<Field>, Claim<Field>>()
  for (const field of available) {
    const second = field.second === undefined ? undefined : fieldOfWord(available, field.second)
    if (second === undefined || claims.some((claim) => claim.field === second)) continue
    const [first, other] = claims.filter((claim) => claim.field === field)
    if (!first || !other || plain(columns[first.at]!) !== plain(columns[other.at]!)) continue
    if (first.strength === sure.told) continue
    const why = { code: 'second', column: columns[other.at]! } as const
    moved.set(other, { ...other, field: second, why })
  }
  return moved.size === 0 ? claims : claims.map((claim) => moved.get(claim) ?? claim)
}

/** What a column of names is beside those that hold first or last names. */
function halfOf(half: 'first' | 'last' | null, first: boolean, last: boolean): string {
  if (first && last) return 'none'
  if (half !== null && first) return 'last_name'
  if (half !== null && last) return 'first_name'
  return wholeName
}

/** The claim that counts; a problem when nothing tells two of them apart. */
function strongest<Field extends ImportField>(
  rivals: readonly Claim<Field>[],
  columns: readonly string[],
  { filled }: MappingOptions,
): Claim<Field> | Extract<Mapped<Field>, { ok: false }> {
  const fill = (claim: Claim<Field>) => filled?.(claim.at) ?? 0
  // Programs write columns nobody filled in; such a one takes no place from a column with content.
  const alive = rivals.filter((claim) => claim.strength === sure.told || fill(claim) > 0)
  const able = alive.length > 0 ? alive : rivals
  const most = Math.max(...able.map(({ strength }) => strength))
  const equal = able.filter(({ strength }) => strength === most)
  const [first] = equal
  if (equal.length === 1) return first!
  const fullest = Math.max(...equal.map(fill))
  const full = equal.filter((claim) => fill(claim) === fullest)
  const { label, identifies } = first!.field
  if (most < sure.told && (full.length === 1 || (!identifies && most < sure.named))) {
    const others = equal.filter((claim) => claim !== full[0]).map(({ at }) => columns[at]!)
    const why = { code: full.length === 1 ? 'fuller' : 'before', columns: others } as const
    return { ...full[0]!, why }
  }
  const fillers = equal.map(({ at }) => columns[at]!)
  return problem(
    `${fillers.map((name) => `"${name}"`).join(' and ')} would both fill ${label}.`,
    new Set(fillers).size < fillers.length
      ? 'Rename one of them in the file.'
      : 'Leave one of them out with an empty mapping.',
  )
}

function missingField<Field extends ImportField>(
  columns: readonly string[],
  available: readonly Field[],
  fields: readonly (Field | null)[],
): Extract<Mapped<Field>, { ok: false }> | null {
  const hasWhole = fields.some((field) => field?.whole)
  for (const field of available) {
    if (!field.required || fields.includes(field)) continue
    if (hasWhole && field === fieldOfWord(available, 'last_name')) continue
    const mates = teamMateColumns(columns).size > 0 ? `${rowEach} ` : ''
    return problem(
      `The file has no column for ${field.label.toLowerCase()} (${field.name}).`,
      `${mates}Name the column ${field.name}, or say which one it is with a mapping. Columns found: ${columns.join(', ') || 'none'}.`,
    )
  }
  return null
}

/** Where the column of this name is; -1 when there is none. */
export function indexOfColumn(columns: readonly string[], wanted: string): number {
  const exact = columns.indexOf(wanted)
  return exact >= 0 ? exact : columns.findIndex((column) => plain(column) === plain(wanted))
}

function findField<Field extends ImportField>(
  available: readonly Field[],
  name: string,
): Field | undefined {
  const wanted = plain(name)
  if (wanted === '') return undefined
  return (
    available.find((field) => plain(field.name) === wanted) ??
    available.find((field) => plain(field.label) === wanted)
  )
}

/** The field of a start list's name, whatever this import calls it. */
export function fieldOfWord<Field extends ImportField>(
  available: readonly Field[],
  word: string,
): Field | undefined {
  return available.find((field) => field.words === word) ?? findField(available, word)
}

function problem(message: string, fix: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code: 'wrong-use', message, fix } }
}
