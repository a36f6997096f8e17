/** One laptop, its servers and the wire between them, in virtual time; the laptop can be killed at any moment. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { createEngine, restoreDatabase, type Engine } from '../../main/engine/engine.ts'
import type { Ids, Log, Ports, Secrets } from '../../main/engine/ports.ts'
import { sensitiveChoices } from '../../main/engine/targets/kit/sensitive.ts'
import { findAdapter } from '../../main/engine/targets/registry.ts'
import { secretsInMemory } from '../support/test-core.ts'
import { dice, type Dice } from './dice.ts'
import { apiKey, MockSide, TimingSide, type OtherSide } from './other-side.ts'
import { scopeOf, type Scenario } from './scenario.ts'
import { SimClock } from './sim-clock.ts'
import {
  atRest,
  buryConnections,
  dieAtStatement,
  forgetDeath,
  killConnections,
} from './statement-watch.ts'
import { Trace } from './trace.ts'
import { faultFor, longer, type WireFault } from './wire-faults.ts'
import { Wire, type Exchange } from './wire.ts'

/** What a piece of work answers when the laptop died under it. */
export const killed = Symbol('killed')

/** More turns than any piece of work takes. */
const mostTurns = 20_000
const timerHorizonMs = 3_600_000
/** Turns without anything to do before time goes on. */
const idleTurns = 10

export class World {
  readonly scenario: Scenario
  readonly clock = new SimClock()
  readonly trace = new Trace()
  readonly sides: readonly OtherSide[]
  readonly wire: Wire
  readonly dice: Dice
  readonly complaints: string[] = []
  /** How far the laptop's clock is off, ms. */
  clockOffsetMs = 0
  /** Faults, kills and work meanwhile happen only while this is true. */
  stormy = true
  /** Called at quiet moments of a run: somebody works while it goes on. */
  meanwhile: () => Promise<void> = async () => {}
  /** Called while a request is on its way to a server that will get it. */
  onTheWay: (exchange: Exchange) => Promise<void> = async () => {}
  /** What was said and is not so. */
  readonly untruths: string[] = []
  /** How often what happened, for the report. */
  readonly tally: Record<string, number> = {}
  #engine: Engine | null = null
  #engineClock: ReturnType<SimClock['shownWith']> | null = null
  #folder: string
  readonly #root: string
  readonly #secrets: Secrets = secretsInMemory()
  #generation = 0
  #ids = 0
  #moments = 0
  #dying = false
  #death = Promise.withResolvers<void>()
  #meanwhileUnderWay = false
  /** Numbered steps of the engine until it dies. */
  #probesLeft = Number.POSITIVE_INFINITY
  #backup: { readonly file: string; readonly moment: number } | null = null
  readonly #chance: Dice
  readonly #wireChance: Dice
  readonly #laterChance: Dice
  #failuresLeft = 0

  constructor(scenario: Scenario) {
    this.scenario = scenario
    this.dice = dice(scenario.seed, 'world')
    this.#chance = this.dice.stream('kill')
    this.#wireChance = this.dice.stream('wire')
    this.#laterChance = this.dice.stream('later weather')
    const moment = () => this.moment()
    this.sides = scenario.targets.map((plan, at) => {
      const url = `http://127.0.0.1:${4001 + at}`
      return plan.adapter === 'tagserver'
        ? new TimingSide(plan, url)
        : new MockSide(plan, url, moment, () => this.clock.trueTime)
    })
    this.wire = new Wire(this.sides, this.clock, this.trace)
    this.#root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'marshal-sim-'))
    this.#folder = join(this.#root, '0')
  }

  get mockSides(): readonly MockSide[] {
    return this.sides.filter((side) => side instanceof MockSide)
  }

  get engine(): Engine {
    if (!this.#engine) throw new Error('The laptop is switched off')
    return this.#engine
  }

  get client(): Engine['client'] {
    return this.engine.client
  }

  get databaseFile(): string {
    return join(this.#folder, 'marshal.db')
  }

  /** A number for everything that happens, in the order it happens. */
  moment(): number {
    return ++this.#moments
  }

  count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1
  }

  remoteNow(side: OtherSide): number {
    return this.clock.trueTime + side.clockOffsetMs
  }

  /** Switches the laptop on. */
  async start(): Promise<void> {
    this.#generation += 1
    const first = this.#generation === 1
    this.#engineClock = this.clock.shownWith(() => this.clockOffsetMs)
    if (first) await this.#secrets.set('timing', 'apiKey', apiKey)
    this.#engine = await createEngine(this.#ports(this.#engineClock), {
      host: 'edge',
      version: '0.0.0-simulation',
      schedule: false,
    })
    await this.#engine.start()
    if (first) await this.#addTargets()
    this.trace.note(`on ${this.#generation}`)
  }

  async #addTargets(): Promise<void> {
    for (const side of this.sides) await this.#addTarget(side)
  }

  async #addTarget({ plan, url }: OtherSide): Promise<void> {
    await this.client.targets.add({
      config: {
        name: plan.name,
        adapter: plan.adapter,
        url,
        auth: plan.adapter === 'tagserver' ? 'api-key' : 'none',
        mode: plan.mode,
        conflicts: plan.conflicts,
        remoteDeletion: plan.remoteDeletion,
        settings: { batchSize: plan.batchSize },
        entities: [...scopeOf(this.scenario, plan)],
        // Ticked, so that both sides end equal in every field.
        sensitive: [...sensitiveChoices(findAdapter(plan.adapter)!, [])],
        schedule: { delta: null, reconcile: null },
      },
    })
  }

  #ports(clock: Ports['clock']): Ports {
    const silent = () => {}
    const log: Log = {
      debug: silent,
      info: silent,
      warn: silent,
      error: (message, details) =>
        void this.complaints.push(`${message} ${JSON.stringify(details ?? {})}`),
    }
    const random = this.dice.stream(`engine ${this.#generation}`)
    const ids: Ids = {
      uuid: () => `00000000-0000-7000-8000-${(++this.#ids).toString(16).padStart(12, '0')}`,
      random: () => random.next(),
    }
    const generation = this.#generation
    return {
      clock,
      ids,
      log,
      secrets: this.#secrets,
      http: this.wire.http(),
      files: { dataDir: this.#folder, freeBytes: async () => 100 * 2 ** 30 },
      probe: async (point) => {
        if (generation !== this.#generation || this.#dying) return new Promise<void>(() => {})
        this.trace.note(`@ ${point}`)
        this.#probesLeft -= 1
        if (this.#probesLeft === 0) this.kill(point)
        if (this.#dying) return new Promise<void>(() => {})
        // An import asks inside its transaction: whoever edits then waits for it anyway.
        if (!point.startsWith('import:')) await this.#workMeanwhile()
      },
    }
  }

  /** Somebody edits while a run goes on; never two at once, and never as part of themselves. */
  async #workMeanwhile(work = () => this.meanwhile()): Promise<void> {
    // While a backup is put in place there is no engine to work with.
    if (!this.stormy || this.#meanwhileUnderWay || !this.#engine) return
    this.#meanwhileUnderWay = true
    try {
      await Promise.race([work(), this.#death.promise])
    } finally {
      this.#meanwhileUnderWay = false
    }
  }

  /**
   * Sees a piece of work through: whenever everything has come to rest, one request is released or time goes on to the
   * next timer. Answers `killed` when the laptop died; nobody waits for the work then.
   */
  async drive<T>(work: Promise<T>): Promise<T | typeof killed> {
    const ended: { outcome?: { readonly value: T } | { readonly error: unknown } } = {}
    work.then(
      (value) => (ended.outcome = { value }),
      (error: unknown) => (ended.outcome = { error }),
    )
    for (let turn = 0, idle = 0; turn < mostTurns; turn++) {
      await atRest()
      if (this.#dying) {
        await this.#bury()
        return killed
      }
      if (ended.outcome) {
        if ('error' in ended.outcome) throw ended.outcome.error
        return ended.outcome.value
      }
      if (this.wire.waiting.length > 0) {
        await this.#releaseOne()
        idle = 0
      } else if (++idle > idleTurns) {
        this.clock.fireNext(timerHorizonMs)
      }
    }
    throw new Error('A piece of work does not end')
  }

  async #releaseOne(): Promise<void> {
    const own = this.#wireChance
    const { weather } = this.scenario
    await this.#workMeanwhile()
    await atRest()
    if (this.#dying) return
    this.clock.pass(own.whole(1, 400))
    const [stray] = this.wire.stray
    if (stray && own.chance(0.3)) this.wire.releaseStray(stray, true)
    // A timer or the work meanwhile may have ended the wait.
    if (this.wire.waiting.length === 0) return
    const exchange = own.pick(this.wire.waiting)
    const struck = this.stormy
      ? faultFor(exchange.request, exchange.side.knowsKeys, weather.wireFault, own)
      : null
    const fault = this.#more(exchange, struck)
    if (fault === null) {
      await this.#workMeanwhile(() => this.onTheWay(exchange))
      await atRest()
      if (this.#dying || !this.wire.waiting.includes(exchange)) return
    }
    if (fault) this.count(`wire ${fault}`)
    this.wire.release(exchange, fault)
  }

  /** The weather that came later: few failures, and pages nobody reads to their end. */
  #more({ request }: Exchange, struck: WireFault | null): WireFault | null {
    const own = this.#laterChance
    if (!this.stormy) return null
    if (struck !== null) return own.chance(this.scenario.weather.longPage) ? longer(struck) : struck
    if (this.#failuresLeft === 0 || request.method === 'GET' || own.chance(0.5)) return null
    this.#failuresLeft -= 1
    return own.pick(['fails-before', 'fails-long', 'down', 'down-long'] as const)
  }

  /** Arranges that one to three writes of what comes next fail, when the weather wants it. */
  arrangeFewFailures(): void {
    const own = this.#laterChance
    const few = this.stormy && own.chance(this.scenario.weather.fewFailures)
    this.#failuresLeft = few ? own.whole(1, 3) : 0
  }

  /** Arranges that the laptop dies at some numbered step or statement of what comes next, when the weather wants it. */
  arrangeDeath(): void {
    if (!this.stormy || !this.#chance.chance(this.scenario.weather.kill)) return
    const far = this.#chance.weighted({ step: 3, soon: 2, later: 2, late: 1 })
    if (far === 'step') {
      this.#probesLeft = this.#chance.whole(1, 15)
      return
    }
    const most = { soon: 25, later: 120, late: 400 }[far]
    dieAtStatement(this.#chance.whole(1, most), () => this.kill('statement'))
  }

  /** Nobody dies by arrangement any more. */
  cancelDeath(): void {
    this.#probesLeft = Number.POSITIVE_INFINITY
    forgetDeath()
  }

  /** The process ends here and now. */
  kill(why: string): void {
    if (this.#dying) return
    this.#dying = true
    this.#death.resolve()
    killConnections()
    this.trace.note(`killed ${why}`)
    this.count('kills')
  }

  get isDying(): boolean {
    return this.#dying
  }

  /** What a killed process leaves: its files as they are, and requests that may still arrive. Then it is started again. */
  async #bury(): Promise<void> {
    this.cancelDeath()
    this.#engineClock?.stop()
    this.wire.forgetClient()
    this.#engine = null
    await atRest()
    const left = this.#folder
    this.#folder = join(this.#root, String(this.#generation))
    mkdirSync(this.#folder)
    for (const file of ['marshal.db', 'marshal.db-wal']) {
      if (existsSync(join(left, file))) copyFileSync(join(left, file), join(this.#folder, file))
    }
    await buryConnections()
    rmSync(left, { recursive: true, force: true })
    for (const stray of [...this.wire.stray]) {
      const now = !stray.side.knowsKeys || this.#chance.chance(0.7)
      if (now) this.wire.releaseStray(stray, this.#chance.chance(0.6))
    }
    this.#meanwhileUnderWay = false
    this.#dying = false
    this.#death = Promise.withResolvers<void>()
    await this.start()
  }

  /** Makes a copy to go back to. */
  async backUp(): Promise<void> {
    const file = join(this.#root, `backup-${this.moment()}.db`)
    await this.engine.backupTo(file)
    this.#backup = { file, moment: this.moment() }
    this.trace.note('backup')
  }

  /** When the copy was made that a laptop would go back to; null while there is none. */
  get backupMoment(): number | null {
    return this.#backup?.moment ?? null
  }

  /** Goes back to the copy: by hand, or because the file is damaged when the laptop is switched on again. */
  async goBack(way: 'restored' | 'damaged'): Promise<void> {
    const { file: from } = this.#backup!
    await this.stop()
    const file = this.databaseFile
    if (way === 'restored') {
      const clock = this.clock.shownWith(() => this.clockOffsetMs)
      await restoreDatabase({ file, from, clock, steps: migrations, appVersion: 'simulation' })
      clock.stop()
    } else {
      const backups = join(this.#folder, 'backups')
      rmSync(backups, { recursive: true, force: true })
      mkdirSync(backups)
      copyFileSync(from, join(backups, 'marshal-20260101T000000Z-daily.db'))
      writeFileSync(file, 'no database at all')
    }
    this.count(way)
    this.trace.note(way)
    await this.start()
  }

  /** Removes a target and adds it anew. */
  async readd(side: OtherSide): Promise<void> {
    await this.client.targets.remove({ name: side.plan.name })
    await this.#secrets.set('timing', 'apiKey', apiKey)
    await this.#addTarget(side)
    this.count('added again')
    this.trace.note(`added again ${side.plan.name}`)
  }

  /** Switches the laptop off properly and on again. */
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  async stop(): Promise<void> {
    forgetDeath()
    await this.#engine?.stop()
    this.#engineClock?.stop()
    this.#engine = null
  }

  /** Removes everything. */
  async end(): Promise<void> {
    forgetDeath()
    killConnections()
    await buryConnections()
    this.#engineClock?.stop()
    rmSync(this.#root, { recursive: true, force: true })
  }
}
