/** What makes a laptop forget what its targets have: an older copy in its place, a timing system added again. */
import type { Dice } from './dice.ts'
import type { Ledger } from './ledger.ts'
import { TimingSide } from './other-side.ts'
import type { World } from './world.ts'

export class Upheaval {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #dice: Dice

  constructor(world: World, ledger: Ledger) {
    this.#world = world
    this.#ledger = ledger
    this.#dice = world.dice.stream('upheaval')
  }

  /** Between two steps: nobody is at work, and no run goes on. */
  async mayHappen(): Promise<void> {
    const what = this.#dice.weighted({ nothing: 4, backUp: 3, restored: 1.5, damaged: 1, readd: 1 })
    switch (what) {
      case 'nothing':
        return
      case 'backUp':
        // Copying takes as long as the real disk does, so no simulated time goes by meanwhile.
        return this.#world.backUp()
      case 'restored':
      case 'damaged':
        if (this.#world.backupMoment === null) return
        this.#ledger.goBack(this.#world.backupMoment)
        return this.#world.goBack(what)
      case 'readd': {
        const timing = this.#world.sides.find((side) => side instanceof TimingSide)
        if (timing) await this.#world.drive(this.#world.readd(timing))
      }
    }
  }
}
