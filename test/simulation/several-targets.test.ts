/** A laptop between several servers: two that write, the timing system that only takes, or all three in a ring. */
import { playSeeds } from './play-seeds.ts'

playSeeds('several-targets', 1, 300)
