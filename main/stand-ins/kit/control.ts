import type { FaultReport, FaultRule } from './fault-rule.ts'
import type { HoldOrder } from './hold-gate.ts'
import type { StandInCore } from './stand-in-core.ts'
import type { StandInServer } from './stand-in-server.ts'
import type { TrafficGoal, TrafficStats } from './traffic.ts'

/** The control commands every stand-in knows: name → argument and value. */
export interface KitCommands {
  readonly stats: { readonly argument: undefined; readonly value: TrafficStats }
  readonly faults: { readonly argument: undefined; readonly value: readonly FaultReport[] }
  readonly fault: { readonly argument: FaultRule; readonly value: number }
  readonly removeFault: { readonly argument: number; readonly value: void }
  readonly clearFaults: { readonly argument: undefined; readonly value: void }
  readonly hold: { readonly argument: HoldOrder; readonly value: void }
  readonly release: { readonly argument: undefined; readonly value: void }
  readonly waitHeld: { readonly argument: number; readonly value: void }
  readonly waitTraffic: { readonly argument: TrafficGoal; readonly value: void }
  readonly clockOffset: { readonly argument: number; readonly value: void }
  readonly latency: { readonly argument: number; readonly value: void }
  readonly network: { readonly argument: { readonly up: boolean }; readonly value: void }
  readonly reset: { readonly argument: undefined; readonly value: void }
}

/** A command on its way to the stand-in's process, and the reply. */
export interface ControlMessage {
  readonly id: number
  readonly command: string
  readonly argument: unknown
}
export type ControlReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: string }

/** Carries out one command. Throws with a plain message for an unknown command. */
export type ControlRunner = (command: string, argument: unknown) => Promise<unknown>

/** The commands of a server and its core, ready to be called by name. */
export function controlRunner(server: () => StandInServer, core: StandInCore): ControlRunner {
  const kit: { [Name in keyof KitCommands]: (argument: never) => unknown } = {
    stats: () => server().traffic.stats(),
    faults: () => server().faults.reports(),
    fault: (rule: FaultRule) => server().faults.add(rule),
    removeFault: (id: number) => server().faults.remove(id),
    clearFaults: () => server().faults.clear(),
    hold: (order: HoldOrder) => server().gate.hold(order),
    release: () => server().gate.release(),
    waitHeld: (count: number) => server().gate.reach(count),
    waitTraffic: (goal: TrafficGoal) => server().traffic.reach(goal),
    clockOffset: (ms: number) => {
      server().clockOffset = ms
    },
    latency: (ms: number) => {
      server().latency = ms
    },
    network: ({ up }: { up: boolean }) => (up ? server().plug() : server().unplug()),
    reset: () => server().reset(),
  }
  const commands = new Map<string, (argument: never) => unknown>([
    ...Object.entries(kit),
    ...Object.entries(core.commands),
  ])
  return async (command, argument) => {
    const run = commands.get(command)
    if (run === undefined)
      throw new Error(
        `No control command "${command}"; there are ${[...commands.keys()].join(', ')}.`,
      )
    return await run(argument as never)
  }
}
