/**
 * What an adapter says of the records there: resources, each with a root of ours and its parts. Pure.
 * One of their records is often not one of ours: a registration is a person and an entry, a member of a mailing list is a
 * person, her consents and her races. So a resource names its root and what else of ours its records say.
 */
import type { Direction, EntityName } from '../../../contract/words.ts'
import type { FirstHand } from '../../../contract/hub.ts'
import type { Fields } from '../../model/record.ts'

/** Remote ids of the records a record refers to, by our field name: `refs.event === '17'`. */
export type Refs = Readonly<Record<string, string>>

/** A body as the remote system writes it. */
export type RemoteBody = Readonly<Record<string, unknown>>

/** A record that is part of another one, with its own parts. */
export interface PartContent extends PartsContent {
  readonly fields: Fields
}

/** The parts of a record, by their names in `Resource.parts`. */
export interface PartsContent {
  /** A part that is not there is left out. */
  readonly one: Readonly<Record<string, PartContent>>
  /** Oldest first; a part of which there is none is left out. */
  readonly many: Readonly<Record<string, readonly PartContent[]>>
}

/** A record without parts. */
export const noParts: PartsContent = { one: {}, many: {} }

/** What a remote record says, in our fields, plus the remote ids its reference fields point to. */
export interface FromRemote {
  readonly fields: Fields
  /** Our reference field → remote id; the engine replaces it by our id. */
  readonly refs: Readonly<Record<string, string | null>>
  /** Our id of it, where theirs keeps that: who carries it is that one, whatever else was changed there. */
  readonly ownId?: string | null
  /** Who made the change first, where it tells; left out: the target is named. */
  readonly hand?: FirstHand
  /** Of a part: what the record it came with says of the root. Whoever wears bib 12 there is who wears it here. */
  readonly root?: Pick<FromRemote, 'fields' | 'refs'>
}

/** How records with a remote id of their own look there. Pure. */
export interface RemoteForm {
  /** Their name of the collection or resource. */
  readonly remoteName: string
  readonly direction: Direction
  /** Our fields that travel, references included. Everything else stays here. */
  readonly fields: readonly string[]
  /**
   * Where sensitive fields stand in bodies that arrive, by the name of the field: what is not ticked is taken out there
   * before anything is kept. Left out: under the name of the field.
   */
  readonly sensitiveAt?: Readonly<Record<string, string>>
  /** Reference fields whose record must exist remotely first. Default: none. */
  readonly hard?: readonly string[]
  /** Reference fields sent when their record exists remotely, else as null (then sent again later). Default: none. */
  readonly soft?: readonly string[]
  /**
   * One of theirs is an entry in one race: several of one person under one bib are one of ours, whose places tell the
   * races. The first is linked, the others stand for the same. `refs.race` tells `toRemote` the first of its races that
   * they have. Who is in races and in none of `theirs` is left out until they have one of them; with `any`, `toRemote`
   * has to know where such an entry goes. Who is in no race at all is made in both.
   */
  readonly perRace?: 'theirs' | 'any'
  /** Their event has each bib once: of the legs of a relay team that share one, the first wears it there. */
  readonly oneBibEach?: boolean
  /** A place whose `startGroup` is the remote id of a race: any start group of that race is right. */
  readonly inRace?: boolean
  /** Its ids are ours: nothing is matched, and what is new there comes into being here under the same id. */
  readonly sameIds?: boolean
  /** Only they make records of this kind: one that is new there comes into being here, whatever the mode. */
  readonly onlyTheirs?: boolean
  /** Fields it fills in by itself and never lets be emptied: having something there where we have nothing is no difference. */
  readonly neverEmptied?: readonly string[]
  /** What our tombstone becomes there. */
  readonly deletion: 'delete' | 'archive' | 'none'
  /**
   * Body for create and update. `fields` holds the fields of the form, in normal form; one that is left out must not be
   * in the body: whatever the target has there, it keeps.
   */
  toRemote(fields: Fields, refs: Refs, parts: PartsContent): RemoteBody
  /** Their record in our fields (need not be normal yet). Only where records are received. */
  fromRemote?(raw: RemoteBody): FromRemote
  /** What the remote system can give back of what we send, where it loses something. Default: all of it. */
  project?(fields: Fields): Fields
}

/** Records of ours that a record of a resource says, or comes with. Made by `one` and `many`. */
export interface Part {
  readonly kind: 'one' | 'many'
  /** `one`: the field of its owner that refers to it. `many`: its own field that refers to its owner; found if left out. */
  readonly field?: string
  /** Of `many`. */
  readonly entity?: EntityName
  /**
   * `repeated`: the body says it, and has to be said again when it changes (the default) · `made`: it comes into being there together
   * with the root, which tells its remote id (`SendOutcome.made`), and is edited by itself later on; it stays with what it
   * came with, another record in the field is refused once it is there · `beside`: it only arrives on the root's pages.
   */
  readonly as?: 'repeated' | 'made' | 'beside'
  /** How it looks where it has a remote id of its own: as it arrives on the root's pages, and is edited. */
  readonly own?: RemoteForm
  readonly parts?: Parts
}

/** Parts by the names under which `toRemote` gets them. */
export type Parts = Readonly<Record<string, Part>>

/** The record that a field of the owner refers to. */
export const one = (field: string, more: Omit<Part, 'kind' | 'field' | 'entity'> = {}): Part => ({
  kind: 'one',
  field,
  ...more,
})

/** The records of a kind that refer to the owner. */
export const many = (entity: EntityName, more: Omit<Part, 'kind' | 'entity'> = {}): Part => ({
  kind: 'many',
  entity,
  ...more,
})

/**
 * Fields of a root that are a record of their own there, as an e-mail address is one below its person. It has a remote id,
 * and is made, changed and deleted by calls of its own (`sendSlices`). For the engine its fields are the root's.
 */
export interface Slice {
  /** Their name of the collection. */
  readonly remoteName: string
  readonly fields: readonly string[]
  /** Its record; null for none, where its fields are empty. A field that is left out is not said. */
  toRemote(fields: Fields): RemoteBody | null
  /** `raw` is null where there is none. */
  fromRemote(raw: RemoteBody | null): Fields
}

/** Slices by the names under which bodies have them. */
export type Slices = Readonly<Record<string, Slice>>

/** One of their collections: what each of its records is here. */
export interface Resource extends RemoteForm {
  /** Our entity that one of theirs is first of all. */
  readonly root: EntityName
  readonly parts?: Parts
  /** `fields`, `toRemote` and `fromRemote` are those of the rest. */
  readonly slices?: Slices
  /**
   * Roots with the same value in this field are one record there, as a family with one e-mail address is one member. Its
   * remote id may follow from the value, and may change with an update. The oldest speaks, and has the parts of all in her
   * body; the others stand for the same. Who has no value there is not sent. Whatever is there under such a value is ours:
   * making it once more changes it, so nothing has to be recognised first. Values that change hands take along what is
   * there under them: two who swap theirs swap records.
   */
  readonly shared?: {
    readonly field: string
    /** The remote id that follows from a value; left out where they assign ids. */
    idOf?(value: string): string
  }
  /**
   * How remote changes are found; of what is only sent, how it is found out what is there already, before anything is
   * created. Where parts arrive with what is only sent (`Part.own`), it is asked for on their account.
   */
  readonly changes: 'since' | 'listing' | 'webhook' | 'none'
}
