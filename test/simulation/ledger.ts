/** What people did on both sides and were told had worked: the simulation's own memory of what must not be lost. */
import type { EntityName } from '../../main/contract/words.ts'

/** A change a person here was told is saved. */
export interface Saved {
  readonly moment: number
  readonly entity: EntityName
  readonly recordId: string
  readonly field: string
  readonly value: unknown
}

/** A withdrawal of consent, or its opposite, on one side. */
export interface Consent {
  readonly moment: number
  /** Null for here. */
  readonly target: string | null
  /** Record id here, remote id there. */
  readonly id: string
  readonly status: string
}

export class Ledger {
  readonly saved: Saved[] = []
  readonly consents: Consent[] = []
  /** Remote records somebody edited while a run was under way: the protocol cannot say who was first (`target id`). */
  readonly raced = new Set<string>()
  /** What was forgotten here comes back from where it was sent. */
  wentBack = false
  readonly #words = new Set<unknown>()

  /** The laptop went back to how it was then: what was saved here since is gone with it. */
  goBack(moment: number): void {
    this.wentBack = true
    const kept = <One extends { readonly moment: number }>(
      all: One[],
      isHere: (one: One) => boolean,
    ) => all.splice(0, all.length, ...all.filter((one) => one.moment <= moment || !isHere(one)))
    kept(this.saved, () => true)
    kept(this.consents, ({ target }) => target === null)
  }

  /** A word nobody has written before. */
  word(where: string): string {
    const word = `${where}${this.#words.size + 1}`
    this.#words.add(word)
    return word
  }

  isWord(value: unknown): boolean {
    return this.#words.has(value)
  }
}
