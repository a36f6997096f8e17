/** Entrants as the rows of a page leave them: the next row of the page finds them so, before anything is written. */
import { foldedFullName } from '../model/folded-name.ts'
import { fewShare, type KnownEntrant } from '../store/imports/known-entrants.ts'

export class EntrantsNow {
  /** By id of the entry. */
  readonly #entries = new Map<string, KnownEntrant>()
  /** Event and bib → entries that got it on this page. */
  readonly #bibs = new Map<string, Set<string>>()
  readonly #names = new Map<string, Set<string>>()
  /** E-mail address or birth date → entries. */
  readonly #facts = new Map<string, Set<string>>()
  readonly #persons = new Set<string>()

  /** What a row made of an entrant. */
  note(after: KnownEntrant): void {
    const entry = after.participant!
    this.#entries.set(entry.id, after)
    this.#persons.add(after.person.id)
    const bib = entry.fields['number']
    if (typeof bib === 'string') add(this.#bibs, `${entry.event} ${bib}`, entry.id)
    add(this.#names, foldedFullName(after.person.fields), entry.id)
    for (const fact of factsOf(after.person.fields)) add(this.#facts, fact, entry.id)
  }

  /** Everybody a row of the page spoke of. */
  states(): Iterable<KnownEntrant> {
    return this.#entries.values()
  }

  /** An entry lets go of its bib. */
  release(known: KnownEntrant): void {
    const entry = known.participant!
    this.note({
      ...known,
      participant: { ...entry, fields: { ...entry.fields, number: null } },
    })
  }

  /** Everybody who has a bib now. @param stored who has it in the database */
  wearers(event: string, bib: string, stored: readonly KnownEntrant[]): readonly KnownEntrant[] {
    const found = new Map(stored.map((one) => [one.participant!.id, this.#now(one)]))
    for (const id of this.#bibs.get(`${event} ${bib}`) ?? []) found.set(id, this.#entries.get(id)!)
    return [...found.values()].filter(({ participant }) => participant!.fields['number'] === bib)
  }

  /** Whoever may be meant, as they are now, with those this page made. */
  among(
    stored: readonly KnownEntrant[],
    event: string,
    person: KnownEntrant['person']['fields'],
  ): readonly KnownEntrant[] {
    const made = [
      ...(this.#names.get(foldedFullName(person)) ?? []),
      ...factsOf(person).flatMap((fact) => this.#sharing(fact)),
    ].flatMap((id) => this.#entries.get(id)!)
    const known = stored
      .filter(({ person: { id }, participant }) => participant !== null || !this.#persons.has(id))
      .map((one) => this.#now(one))
    const found = new Map<string, KnownEntrant>()
    for (const one of [...known, ...made]) {
      if ((one.participant?.event ?? event) === event)
        found.set(one.participant?.id ?? one.person.id, one)
    }
    return [...found.values()]
  }

  #sharing(fact: string): readonly string[] {
    const ids = this.#facts.get(fact)
    return ids === undefined || ids.size > fewShare ? [] : [...ids]
  }

  #now(known: KnownEntrant): KnownEntrant {
    return this.#entries.get(known.participant?.id ?? '') ?? known
  }
}

const factsOf = ({ email, dateOfBirth }: KnownEntrant['person']['fields']): readonly string[] =>
  [email, dateOfBirth].filter((fact) => typeof fact === 'string')

function add(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key)
  if (ids) ids.add(id)
  else index.set(key, new Set([id]))
}
