/** What earlier rows of a file said, kept for its later ones: two rows with one bib, the entrant of line 7 again. */
import { foldLabel } from '../model/folded-label.ts'
import type { KnownEntrant } from '../store/imports/known-entrants.ts'

/** A map whose new entries become lasting with `keep`: a page that is taken back leaves nothing. */
export class Layer<Value> {
  readonly #lasting: Map<string, Value>
  readonly #own = new Map<string, Value>()

  constructor(lasting: Map<string, Value>) {
    this.#lasting = lasting
  }

  get(key: string): Value | undefined {
    return this.#own.get(key) ?? this.#lasting.get(key)
  }

  set(key: string, value: Value): void {
    this.#own.set(key, value)
  }

  keep(): void {
    for (const [key, value] of this.#own) this.#lasting.set(key, value)
  }
}

/** Where something came, and whose it is. */
export interface Seen {
  readonly line: number
  /** Id of the event participant. */
  readonly entry: string
}

/** Kept for a whole file: some short texts a row. */
export class FileMemory {
  /** Event and bib → who got it; of a relay team also with the entry → its row. */
  readonly bibs = new Map<string, Seen>()
  /** Of a rehearsal, which leaves nothing behind: event and bib → members of teams who got it. */
  readonly teams = new Map<string, readonly KnownEntrant[]>()
  /** Event and tag → who got it. */
  readonly tags = new Map<string, Seen>()
  /** Entry and race (empty where the row names none) → line. */
  readonly places = new Map<string, number>()
  /** Person → the first line that speaks of them. */
  readonly persons = new Map<string, number>()
  /** Names of organisations that are here → id. */
  readonly clubs = new Map<string, string>()
  /** Folded names of organisations that the file adds → id. */
  readonly newClubs = new Map<string, string>()
}

/** What one page adds to it. */
export class PageMemory {
  readonly bibs: Layer<Seen>
  readonly teams: Layer<readonly KnownEntrant[]>
  readonly tags: Layer<Seen>
  readonly places: Layer<number>
  readonly persons: Layer<number>
  readonly clubs: Layer<string>
  readonly newClubs: Layer<string>

  constructor(file: FileMemory) {
    this.bibs = new Layer(file.bibs)
    this.teams = new Layer(file.teams)
    this.tags = new Layer(file.tags)
    this.places = new Layer(file.places)
    this.persons = new Layer(file.persons)
    this.clubs = new Layer(file.clubs)
    this.newClubs = new Layer(file.newClubs)
  }

  /** Id of the organisation a name means, as far as the file said it or it was looked up. */
  clubOf(name: string): string | undefined {
    return this.clubs.get(name) ?? this.newClubs.get(foldLabel(name))
  }

  /** Keeps an organisation that a row adds. */
  addClub(name: string, id: string): void {
    this.newClubs.set(foldLabel(name), id)
  }

  keep(): void {
    for (const layer of [this.bibs, this.tags]) layer.keep()
    for (const layer of [this.places, this.persons]) layer.keep()
    this.clubs.keep()
    this.newClubs.keep()
    this.teams.keep()
  }
}
