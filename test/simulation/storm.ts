/** The bad part of a simulation: people work on both sides, runs come and go, clocks are set and the laptop dies. */
import type { RunView } from '../../main/contract/sync.ts'
import type { DeskWork } from './desk-work.ts'
import type { Ledger } from './ledger.ts'
import type { OtherWork } from './other-work.ts'
import { MockSide, poisonous } from './other-side.ts'
import { untruths } from './told-truth.ts'
import { Upheaval } from './upheaval.ts'
import { killed, type World } from './world.ts'

const tenYearsMs = 10 * 365.25 * 86_400_000
/** What a clock may be set to, ms beyond the true time: a wrong zone, daylight saving, a flat battery, a bad guess. */
const clockSettings = [0, 0, 3_600_000, -3_600_000, 120_000, -90_000, tenYearsMs, -tenYearsMs]

/** One run of every target, or of some. Null when the laptop died. */
export async function syncOnce(
  world: World,
  options: { readonly targets?: readonly string[]; readonly kind?: 'reconcile' | 'initial' } = {},
): Promise<readonly RunView[] | null> {
  const names = options.targets ?? world.sides.map(({ plan }) => plan.name)
  const { targets: states } = await world.client.status.get()
  for (const { name, pausedReason } of states) {
    // Somebody looks after a refused sign-in.
    if (pausedReason !== null) await world.drive(world.client.targets.resume({ name }))
  }
  world.arrangeDeath()
  world.arrangeFewFailures()
  const answer = await world.drive(
    world.client.sync.run({
      targets: [...names],
      ...(options.kind ? { kind: options.kind } : {}),
    }),
  )
  world.cancelDeath()
  if (answer === killed) {
    world.trace.note('run died')
    return null
  }
  world.untruths.push(...untruths(world, answer.runs))
  for (const run of answer.runs) {
    world.trace.note(
      `run ${run.target} ${run.kind} ${run.result} ${JSON.stringify([run.outbound, run.inbound, run.guard])}`,
    )
    world.count(`run ${run.result}`)
  }
  return answer.runs
}

/** All steps of the storm. */
export async function storm(
  world: World,
  ledger: Ledger,
  desk: DeskWork,
  others: OtherWork,
): Promise<void> {
  const upheaval = new Upheaval(world, ledger)
  const own = world.dice.stream('storm')
  const { weather, steps, entrants } = world.scenario
  world.meanwhile = async () => {
    if (own.chance(weather.editMeanwhile)) await desk.workMeanwhile()
    else if (own.chance(weather.remoteMeanwhile)) others.work(true)
  }
  const quick = world.dice.stream('quick edits')
  world.onTheWay = async ({ side, request }) => {
    const refused = side instanceof MockSide && String(request.body ?? '').includes(poisonous)
    if (refused && quick.chance(weather.quickEdit)) await desk.correct()
  }
  let imported = 0
  for (let step = 0; step < steps; step++) {
    world.clock.pass(own.whole(0, own.pick([10_000, 5 * 60_000, 30 * 60_000])))
    if (own.chance(weather.clockJump)) setSomeClock()
    if (world.scenario.upheaval) await upheaval.mayHappen()
    const what = own.weighted({
      work: 5,
      others: 4,
      sync: 6,
      import: 1,
      restart: 0.5,
      reconcile: 0.7,
      ...(weather.quickEdit > 0 ? { refusal: 2 } : {}),
    })
    world.trace.note(`# ${step} ${what}`)
    switch (what) {
      case 'work':
        for (let times = own.whole(1, 4); times > 0; times--) await desk.work()
        break
      case 'others':
        for (let times = own.whole(1, 4); times > 0; times--) others.work(false)
        break
      case 'sync':
        await syncOnce(world, own.chance(0.7) ? {} : { targets: [own.pick(world.sides).plan.name] })
        break
      case 'refusal':
        await world.drive(desk.poison())
        await syncOnce(world)
        if (quick.chance(0.5)) await world.drive(desk.correct())
        break
      case 'reconcile':
        await syncOnce(world, { kind: 'reconcile' })
        break
      case 'import':
        world.arrangeDeath()
        await desk.importStartList(own.chance(0.5) ? 1 : 1 + entrants + imported, own.whole(1, 6))
        world.cancelDeath()
        imported += 6
        break
      case 'restart':
        if (own.chance(0.5)) await world.restart()
        else await world.drive(dieNow(world))
        break
    }
  }

  function setSomeClock(): void {
    const offset = own.pick(clockSettings)
    const side = own.pick([null, ...world.sides])
    if (side) side.clockOffsetMs = offset
    else world.clockOffsetMs = offset
    world.count('clock jumps')
    world.trace.note(`clock ${side?.plan.name ?? 'here'} ${offset}`)
  }
}

async function dieNow(world: World): Promise<void> {
  world.kill('at rest')
}
