/** A laptop and one server that both write. */
import { playSeeds } from './play-seeds.ts'

playSeeds('one-target', 1, 300)
