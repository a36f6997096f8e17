/** What a field of master data is: its kind decides storage, normal form, form control and CSV text. */
import type { EntityName } from '../../contract/words.ts'

/**
 * - `text` trimmed NFC text · `name` the same, searchable · `note` text that keeps line breaks
 * - `email` lower-cased · `phone` E.164 where possible · `code` kept to the letter but trimmed (bib, barcode: leading zeros matter)
 * - `url` of a web page · `country` two or three letters (ISO 3166, or a sports federation's), upper-cased
 * - `date` of birth YYYY-MM-DD · `instant` ISO 8601 UTC with `Z`
 * - `integer`, `number`, `boolean` · `choice` one of `choices` · `ref` id of another record
 *
 * What each takes and refuses: `normalise.ts`.
 */
export type FieldKind =
  | 'text'
  | 'name'
  | 'note'
  | 'email'
  | 'phone'
  | 'code'
  | 'url'
  | 'country'
  | 'date'
  | 'instant'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'ref'

export interface FieldDefinition {
  readonly name: string
  readonly kind: FieldKind
  readonly label: string
  readonly required?: boolean
  /** Hidden by default, left out of exports and logs unless asked for. */
  readonly sensitive?: boolean
  readonly choices?: readonly string[]
  readonly refersTo?: EntityName
  /** Longest accepted text, in characters. */
  readonly maxLength?: number
  /** Least and greatest number accepted. */
  readonly min?: number
  readonly max?: number
  /** A comma before the decimals is as good as a point. */
  readonly decimalComma?: true
  /** Value of a new record that does not name this field. */
  readonly initial?: string
}

/** A rule the database keeps among live records: no two share these fields. */
export interface UniqueRule {
  readonly fields: readonly string[]
  /** Another field that takes what the last one takes: a tag is worn as the first or as the spare one. */
  readonly orIn?: string
  /** Records that are alike in one field and differ in the other share: legs of one relay team wear one bib. */
  readonly shared?: { readonly alike: string; readonly apart: string }
  /** Words for a person: "bib", "tag". Says what is taken. */
  readonly what: string
  /** A record with this status does not count as holding anything. */
  readonly unlessStatus?: string
}

export interface EntityDefinition {
  readonly name: EntityName
  readonly table: string
  readonly label: string
  readonly plural: string
  readonly fields: readonly FieldDefinition[]
  /** Natural keys, strongest first: field sets that identify a record across systems. */
  readonly keys: readonly (readonly string[])[]
  readonly unique: readonly UniqueRule[]
  /** Fields that make the name people know the record by, in order; empty ones are left out. */
  readonly displayFields: readonly string[]
}
